import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { FlowRunStatus, toFlowRunDto, withTaskNames } from '#libs/contracts';
import type { FlowRunDto, ListFlowRunsInput, ListFlowRunsOutput } from '#libs/contracts';
import { readPage } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import { NO_TASKS } from '#libs/run-records';
import type { TaskCounts } from '#libs/run-records';
import { FlowRunRecord } from '../records/flow-run.record.js';
import { TaskRunRecord } from '../records/task-run.record.js';
import { RecordNotFoundError } from './errors.js';
import { withEveryStatus } from './every-status.js';
import { userFilter } from './scope.js';
import { anyOf, createdWithin, given } from './span.js';

const ENDED: readonly string[] = ['completed', 'failed', 'cancelled'];

/** Reads the records of flow runs, as far as the asker may see them. */
@Injectable()
export class FlowRunsQuery {
  constructor(
    @InjectModel(FlowRunRecord.name) private readonly flowRuns: Model<FlowRunRecord>,
    @InjectModel(TaskRunRecord.name) private readonly taskRuns: Model<TaskRunRecord>,
  ) {}

  async list(input: ListFlowRunsInput, actor: Actor): Promise<ListFlowRunsOutput> {
    const { sort = '-createdAt' } = input;
    const list = flowRunFilter(input, actor);
    const before = ['flow', 'actor.userId'] as const;
    const page = await readPage({
      model: this.flowRuns,
      filter: withEveryStatus(list, { sort, before, statuses: FlowRunStatus }),
      list,
      sort,
      limit: input.limit,
      cursor: input.cursor,
      toDto: (record) => toFlowRunDto(record),
    });
    return { ...page, items: await this.withTaskNames(await this.withRunning(page.items)) };
  }

  /** Throws RecordNotFoundError. */
  async get(id: string, actor: Actor): Promise<FlowRunDto> {
    const record = await this.flowRuns
      .findOne({ _id: id, ...userFilter(actor, undefined) })
      .lean<FlowRunRecord>();
    if (!record) throw new RecordNotFoundError('flow run', id);
    const [item] = await this.withTaskNames(await this.withRunning([toFlowRunDto(record)]));
    return item ?? toFlowRunDto(record);
  }

  /** Which tasks of an open run are running is known by LIVE alone, and so stands in their own records. */
  private async withRunning(items: FlowRunDto[]): Promise<FlowRunDto[]> {
    const open = items.filter(({ status }) => !ENDED.includes(status)).map(({ id }) => id);
    if (open.length === 0) return items;
    const counted = await this.taskRuns.aggregate<{
      _id: { run: string; status: keyof TaskCounts };
      n: number;
    }>([
      { $match: { flowRunId: { $in: open }, status: 'running', parentTaskRunId: null } },
      { $group: { _id: { run: '$flowRunId', status: '$status' }, n: { $sum: 1 } } },
    ]);
    const running = new Map(counted.map(({ _id, n }) => [_id.run, n]));
    return items.map((item) => {
      const { pending, running: known, ...counts } = item.tasks ?? NO_TASKS;
      const open = pending + known;
      const now = Math.min(open, running.get(item.id) ?? 0);
      return { ...item, tasks: { ...counts, pending: open - now, running: now } };
    });
  }

  /** The next attempt of which task a run waits for stands in the task's record. */
  private async withTaskNames(items: FlowRunDto[]): Promise<FlowRunDto[]> {
    const retried = items.filter(({ waitingFor }) => waitingFor.some(isRetry));
    if (retried.length === 0) return items;
    const steps = retried.flatMap(({ waitingFor }) => waitingFor.filter(isRetry).map(({ step }) => step));
    const names = new Map<string, string | null>();
    const found = this.taskRuns
      .find({ flowRunId: { $in: retried.map(({ id }) => id) }, step: { $in: [...new Set(steps)] } })
      .select({ flowRunId: 1, step: 1, taskName: 1 })
      .lean<Pick<TaskRunRecord, 'flowRunId' | 'step' | 'taskName'>[]>();
    for (const { flowRunId, step, taskName } of await found) names.set(`${flowRunId}/${step}`, taskName);
    return items.map((item) => withTaskNames(item, (step) => names.get(`${item.id}/${step}`)));
  }
}

const isRetry = ({ kind }: FlowRunDto['waitingFor'][number]): boolean => kind === 'task-retry';

export function flowRunFilter(input: ListFlowRunsInput, actor: Actor): QueryFilter<FlowRunRecord> {
  return {
    ...given({
      _id: input.flowRunId,
      flow: input.flow,
      parentFlowRunId: input.parentFlowRunId,
      restartedFrom: input.restartedFrom,
      deploymentId: input.deploymentId,
      status: anyOf(input.status),
      tags: input.tag,
    }),
    ...userFilter(actor, input.user),
    ...createdWithin(input.from, input.to),
  };
}
