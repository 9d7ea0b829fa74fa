import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { TaskRunStatus, toTaskRunDto } from '#libs/contracts';
import type { ListTaskRunsInput, ListTaskRunsOutput, TaskRunDto } from '#libs/contracts';
import { readPage } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import { TaskRunRecord } from '../records/task-run.record.js';
import { RecordNotFoundError } from './errors.js';
import { withEveryStatus } from './every-status.js';
import { userFilter } from './scope.js';
import { anyOf, createdWithin, given } from './span.js';

const MOST_REPLAYS = 20;

/** Reads the records of tasks and direct calls, as far as the asker may see them. */
@Injectable()
export class TaskRunsQuery {
  constructor(@InjectModel(TaskRunRecord.name) private readonly taskRuns: Model<TaskRunRecord>) {}

  list(input: ListTaskRunsInput, actor: Actor): Promise<ListTaskRunsOutput> {
    const { sort = '-createdAt' } = input;
    const list = taskRunFilter(input, actor);
    const before = ['operationName', 'actor.userId'] as const;
    return readPage({
      model: this.taskRuns,
      filter: withEveryStatus(list, { sort, before, statuses: TaskRunStatus }),
      list,
      sort,
      limit: input.limit,
      cursor: input.cursor,
      toDto: toTaskRunDto,
    });
  }

  /** Throws RecordNotFoundError. */
  async get(id: string, actor: Actor): Promise<TaskRunDto> {
    const record = await this.taskRuns
      .findOne({ _id: id, ...userFilter(actor, undefined) })
      .lean<TaskRunRecord>();
    if (!record) throw new RecordNotFoundError('task run', id);
    const replays = await this.taskRuns
      .find({ replayOf: id })
      .select({ _id: 1 })
      .sort({ createdAt: -1, _id: -1 })
      .limit(MOST_REPLAYS)
      .lean<{ _id: string }[]>();
    return { ...toTaskRunDto(record), replays: replays.map(({ _id }) => _id) };
  }
}

export function taskRunFilter(input: ListTaskRunsInput, actor: Actor): QueryFilter<TaskRunRecord> {
  return {
    ...given({
      _id: input.taskRunId,
      orchestrated: input.orchestrated,
      flowRunId: input.flowRunId,
      parentTaskRunId: input.parentTaskRunId,
      replayOf: input.replayOf,
      operationName: input.operation,
      status: anyOf(input.status),
    }),
    // The index holds records with tags only, and the database must be told that it need not look at others.
    ...(input.tag === undefined ? {} : { tags: input.tag, 'tags.0': { $exists: true } }),
    ...userFilter(actor, input.user),
    ...createdWithin(input.from, input.to),
  };
}
