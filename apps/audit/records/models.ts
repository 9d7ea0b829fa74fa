import { ApprovalRecord, ApprovalSchema } from './approval.record.js';
import { ArtifactRecord, ArtifactSchema } from './artifact.record.js';
import { FlowRunRecord, FlowRunSchema } from './flow-run.record.js';
import { PositionRecord, PositionSchema } from './position.record.js';
import { TaskLogRecord, TaskLogSchema } from './task-log.record.js';
import { TaskRunRecord, TaskRunSchema } from './task-run.record.js';

/** Every collection that the audit owns. */
export const MODELS = [
  { name: TaskRunRecord.name, schema: TaskRunSchema },
  { name: FlowRunRecord.name, schema: FlowRunSchema },
  { name: ArtifactRecord.name, schema: ArtifactSchema },
  { name: ApprovalRecord.name, schema: ApprovalSchema },
  { name: TaskLogRecord.name, schema: TaskLogSchema },
  { name: PositionRecord.name, schema: PositionSchema },
];
