import type { Connection, mongo } from 'mongoose';
import type { ApprovalRecord, ArtifactRecord, FlowRunRecord, TaskRunRecord } from '#libs/run-records';
import type { DeadLetterRecord } from '../records/dead-letter.record.js';
import type { PositionRecord } from '../records/position.record.js';
import type { TaskLogRecord } from '../records/task-log.record.js';

/** `inLog` is true until the log holds the run no more. */
export type KeptFlowRun = FlowRunRecord & { readonly inLog?: boolean };

/** The driver's own collections: folds write hundreds of documents at once and need nothing of Mongoose for it. */
export interface Collections {
  readonly taskRuns: mongo.Collection<TaskRunRecord>;
  readonly flowRuns: mongo.Collection<KeptFlowRun>;
  readonly artifacts: mongo.Collection<ArtifactRecord>;
  readonly approvals: mongo.Collection<ApprovalRecord>;
  readonly deadLetters: mongo.Collection<DeadLetterRecord>;
  readonly taskLogs: mongo.Collection<TaskLogRecord>;
  readonly positions: mongo.Collection<PositionRecord>;
}

/** `suffix` names collections in the making. */
export function collectionsOf(connection: Connection, suffix = ''): Collections {
  return {
    taskRuns: connection.collection<TaskRunRecord>(`task_runs${suffix}`),
    flowRuns: connection.collection<KeptFlowRun>(`flow_runs${suffix}`),
    artifacts: connection.collection<ArtifactRecord>(`artifacts${suffix}`),
    approvals: connection.collection<ApprovalRecord>(`approvals${suffix}`),
    deadLetters: connection.collection<DeadLetterRecord>('dead_letters'),
    taskLogs: connection.collection<TaskLogRecord>('task_logs'),
    positions: connection.collection<PositionRecord>('positions'),
  };
}
