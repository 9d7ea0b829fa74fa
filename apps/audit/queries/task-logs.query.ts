import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { scopeOf, toLogEntryDto } from '#libs/contracts';
import type { ListTaskLogsInput, ListTaskLogsOutput, TaskLogDto } from '#libs/contracts';
import { readPage } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import { FlowRunRecord } from '../records/flow-run.record.js';
import { TaskLogRecord } from '../records/task-log.record.js';
import { TaskRunRecord } from '../records/task-run.record.js';
import { BadQueryError, RecordNotFoundError } from './errors.js';
import { given } from './span.js';

/** Reads the lines that tasks and flows have logged. */
@Injectable()
export class TaskLogsQuery {
  constructor(
    @InjectModel(TaskLogRecord.name) private readonly taskLogs: Model<TaskLogRecord>,
    @InjectModel(TaskRunRecord.name) private readonly taskRuns: Model<TaskRunRecord>,
    @InjectModel(FlowRunRecord.name) private readonly flowRuns: Model<FlowRunRecord>,
  ) {}

  /** Throws BadQueryError when neither a task run nor a flow run is named. */
  async list(input: ListTaskLogsInput, actor: Actor): Promise<ListTaskLogsOutput> {
    const { taskRunId, flowRunId, level } = input;
    if (taskRunId === undefined && flowRunId === undefined)
      throw new BadQueryError('taskRunId', undefined, 'must be given, or flowRunId');
    await this.check(taskRunId, flowRunId, actor);
    return readPage({
      model: this.taskLogs,
      filter: given({ taskRunId, flowRunId, level }),
      sort: input.sort === '-at' ? '-storedAt' : 'storedAt',
      limit: input.limit,
      cursor: input.cursor,
      toDto: toTaskLogDto,
    });
  }

  /** A line says not whose it is; its task run or flow run does. */
  private async check(
    taskRunId: string | undefined,
    flowRunId: string | undefined,
    actor: Actor,
  ): Promise<void> {
    const user = scopeOf(actor);
    if (user === undefined) return;
    const own = { 'actor.userId': user };
    if (taskRunId !== undefined && !(await this.taskRuns.exists({ _id: taskRunId, ...own })))
      throw new RecordNotFoundError('task run', taskRunId);
    if (flowRunId !== undefined && !(await this.flowRuns.exists({ _id: flowRunId, ...own })))
      throw new RecordNotFoundError('flow run', flowRunId);
  }
}

function toTaskLogDto({ _id, taskRunId, flowRunId, level, message, at, fields }: TaskLogRecord): TaskLogDto {
  const entry = toLogEntryDto({ level, message, at, ...(fields === undefined ? {} : { fields }) });
  return { id: _id, taskRunId, flowRunId, ...entry };
}
