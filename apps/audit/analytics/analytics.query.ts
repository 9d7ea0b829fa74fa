import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type {
  AnalyticsFlowsInput,
  AnalyticsFlowsOutput,
  AnalyticsOperationsInput,
  AnalyticsOperationsOutput,
  AnalyticsRunOutput,
  StatsDto,
} from '#libs/contracts';
import type { Actor } from '#libs/run-log';
import { NO_TASKS } from '#libs/run-records';
import type { TaskCounts } from '#libs/run-records';
import { RecordNotFoundError } from '../queries/errors.js';
import { userFilter } from '../queries/scope.js';
import { createdWithin, given } from '../queries/span.js';
import { FlowRunRecord } from '../records/flow-run.record.js';
import { TaskRunRecord } from '../records/task-run.record.js';
import { statsBy } from './grouped.js';
import { NO_STATS } from './stats.js';

const COUNTS = Object.keys(NO_TASKS) as (keyof TaskCounts)[];

/** How runs and operations went, counted by the database. */
@Injectable()
export class AnalyticsQuery {
  constructor(
    @InjectModel(FlowRunRecord.name) private readonly flowRuns: Model<FlowRunRecord>,
    @InjectModel(TaskRunRecord.name) private readonly taskRuns: Model<TaskRunRecord>,
  ) {}

  async flows(input: AnalyticsFlowsInput, actor: Actor): Promise<AnalyticsFlowsOutput> {
    const match = {
      $match: {
        ...given({ flow: input.flow }),
        ...userFilter(actor, input.user),
        ...createdWithin(input.from, input.to),
      },
    };
    const sums = Object.fromEntries(COUNTS.map((name) => [name, { $sum: `$tasks.${name}` }]));
    const [runs, tasks] = await Promise.all([
      statsBy<string, FlowRunRecord>(this.flowRuns, [match], '$flow'),
      this.flowRuns.aggregate<TaskCounts & { _id: string }>([match, { $group: { _id: '$flow', ...sums } }]),
    ]);
    const tasksOf = new Map(tasks.map(({ _id, ...counts }) => [_id, counts]));
    return {
      items: runs.map(({ key, stats }) => ({ flow: key, runs: stats, tasks: tasksOf.get(key) ?? NO_TASKS })),
    };
  }

  /** Each record counts twice: for all, and for its own kind. */
  async operations(input: AnalyticsOperationsInput, actor: Actor): Promise<AnalyticsOperationsOutput> {
    const match = {
      ...given({ operationName: input.operation, orchestrated: input.orchestrated }),
      ...userFilter(actor, input.user),
      ...createdWithin(input.from, input.to),
    };
    const kinds = { $cond: ['$orchestrated', ['all', 'orchestrated'], ['all', 'direct']] };
    const rows = await statsBy<{ by: string; kind: Kind }, TaskRunRecord>(
      this.taskRuns,
      [{ $match: match }, { $set: { kind: kinds } }, { $unwind: '$kind' }],
      { by: input.groupBy === 'user' ? '$actor.userId' : '$operationName', kind: '$kind' },
    );
    const items = new Map<string, Record<Kind, StatsDto>>();
    for (const { key, stats } of rows) {
      const item = items.get(key.by) ?? { all: NO_STATS, direct: NO_STATS, orchestrated: NO_STATS };
      items.set(key.by, { ...item, [key.kind]: stats });
    }
    return { items: [...items].map(([key, item]) => ({ key, ...item })) };
  }

  /** Throws RecordNotFoundError. */
  async run(flowRunId: string, actor: Actor): Promise<AnalyticsRunOutput> {
    const record = await this.flowRuns
      .findOne({ _id: flowRunId, ...userFilter(actor, undefined) }, { flow: 1, status: 1 })
      .lean<Pick<FlowRunRecord, 'flow' | 'status'>>();
    if (!record) throw new RecordNotFoundError('flow run', flowRunId);
    const match = { $match: { flowRunId } };
    const [all, operations] = await Promise.all([
      statsBy<null, TaskRunRecord>(this.taskRuns, [match], null),
      statsBy<string, TaskRunRecord>(this.taskRuns, [match], '$operationName'),
    ]);
    return {
      flowRunId,
      flow: record.flow,
      status: record.status,
      all: all[0]?.stats ?? NO_STATS,
      operations: operations.map(({ key, stats }) => ({ operation: key, stats })),
    };
  }
}

type Kind = 'all' | 'direct' | 'orchestrated';
