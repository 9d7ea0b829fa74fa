import { AlertRuleRecord, AlertRuleSchema, IncidentRecord, IncidentSchema } from './alert.record.js';
import { ApprovalRecord, ApprovalSchema } from './approval.record.js';
import { ArtifactRecord, ArtifactSchema } from './artifact.record.js';
import { DeadLetterRecord, DeadLetterSchema } from './dead-letter.record.js';
import { FlowRunRecord, FlowRunSchema } from './flow-run.record.js';
import { LeaseRecord, LeaseSchema } from './lease.record.js';
import { PositionRecord, PositionSchema } from './position.record.js';
import { RebuildRecord, RebuildSchema } from './rebuild.record.js';
import {
  RunArchivePieceRecord,
  RunArchivePieceSchema,
  RunArchiveRecord,
  RunArchiveSchema,
} from './run-archive.record.js';
import { TaskLogRecord, TaskLogSchema } from './task-log.record.js';
import { TaskRunRecord, TaskRunSchema } from './task-run.record.js';

/** Every collection that the audit owns. */
export const MODELS = [
  { name: TaskRunRecord.name, schema: TaskRunSchema },
  { name: FlowRunRecord.name, schema: FlowRunSchema },
  { name: ArtifactRecord.name, schema: ArtifactSchema },
  { name: ApprovalRecord.name, schema: ApprovalSchema },
  { name: TaskLogRecord.name, schema: TaskLogSchema },
  { name: RunArchiveRecord.name, schema: RunArchiveSchema },
  { name: RunArchivePieceRecord.name, schema: RunArchivePieceSchema },
  { name: DeadLetterRecord.name, schema: DeadLetterSchema },
  { name: RebuildRecord.name, schema: RebuildSchema },
  { name: AlertRuleRecord.name, schema: AlertRuleSchema },
  { name: IncidentRecord.name, schema: IncidentSchema },
  { name: LeaseRecord.name, schema: LeaseSchema },
  { name: PositionRecord.name, schema: PositionSchema },
];
