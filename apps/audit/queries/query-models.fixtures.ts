import type { Model } from 'mongoose';
import { ensureIndexes, openConnection } from '#libs/mongo';
import type { OpenConnection } from '#libs/mongo';
import { testMongoUri } from '#libs/testing';
import { FlowRunRecord, FlowRunSchema } from '../records/flow-run.record.js';
import { TaskLogRecord, TaskLogSchema } from '../records/task-log.record.js';
import { TaskRunRecord, TaskRunSchema } from '../records/task-run.record.js';

const quiet = { info: () => undefined, warn: () => undefined };
export const admin = { userId: 'local', channel: 'cli' } as const;
export const ann = { userId: 'ann', channel: 'api' } as const;

/** A database of the spec's own, with the indexes that the audit asks for. */
export interface QueryModels {
  readonly open: OpenConnection;
  readonly taskRuns: Model<TaskRunRecord>;
  readonly flowRuns: Model<FlowRunRecord>;
  readonly taskLogs: Model<TaskLogRecord>;
}

export async function openModels(): Promise<QueryModels> {
  const open = openConnection({ uri: testMongoUri(), appName: 'spec' }, quiet);
  await open.keeper.connected;
  const { connection } = open;
  const taskRuns = connection.model<TaskRunRecord>(TaskRunRecord.name, TaskRunSchema);
  const flowRuns = connection.model<FlowRunRecord>(FlowRunRecord.name, FlowRunSchema);
  const taskLogs = connection.model<TaskLogRecord>(TaskLogRecord.name, TaskLogSchema);
  await ensureIndexes(connection, quiet);
  return { open, taskRuns, flowRuns, taskLogs };
}

export async function emptyModels({ taskRuns, flowRuns, taskLogs }: QueryModels): Promise<void> {
  await Promise.all([taskRuns.deleteMany({}), flowRuns.deleteMany({}), taskLogs.deleteMany({})]);
}
