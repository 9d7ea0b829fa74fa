import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { retireIndexes, schemaOptions } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import type {
  LivePart,
  StoredAttempt,
  StoredErrorItem,
  StoredLogEntry,
  StoredMetadata,
  StoredResolution,
  TaskRunRecord as FoldedTaskRun,
  TaskRunStatus,
} from '#libs/run-records';
import { Mixed } from './mixed.js';

/** How a task or direct call is kept; what its fields mean is said where they are folded. */
@Schema(schemaOptions('task_runs'))
export class TaskRunRecord implements FoldedTaskRun {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  operationName: string;

  @Prop({ type: String })
  service: string;

  @Prop({ type: String })
  taskName: string | null;

  @Prop({ type: Number })
  step: number | null;

  @Prop({ type: Number })
  compensates: number | null;

  @Prop({ type: String })
  cacheKey: string | null;

  @Prop({ type: String })
  resultName: string | null;

  @Prop({ type: Date })
  startBy: Date | null;

  @Prop({ type: Date })
  deferredUntil: Date | null;

  @Prop({ type: Mixed })
  resolution: StoredResolution | null;

  @Prop({ type: String })
  status: TaskRunStatus;

  @Prop({ type: Mixed })
  actor: Actor;

  @Prop({ type: Number })
  attempt: number;

  @Prop({ type: [Mixed] })
  attempts: StoredAttempt[];

  @Prop({ type: String })
  idempotencyKey: string;

  @Prop({ type: Boolean })
  orchestrated: boolean;

  @Prop({ type: String })
  flowRunId: string | null;

  @Prop({ type: String })
  parentTaskRunId: string | null;

  @Prop({ type: String })
  deploymentId: string | null;

  @Prop({ type: String })
  replayOf: string | null;

  @Prop({ type: String })
  inputDump: string | null;

  @Prop({ type: [Mixed] })
  resultRefs: { collection: string; documentId: string }[];

  @Prop({ type: String })
  errorCode: string | null;

  @Prop({ type: String })
  errorMessage: string | null;

  @Prop({ type: String })
  errorTraceback: string | null;

  @Prop({ type: [Mixed] })
  errorList: StoredErrorItem[];

  @Prop({ type: [Mixed] })
  logEntries: StoredLogEntry[];

  @Prop({ type: [String] })
  tags: string[];

  @Prop({ type: Mixed })
  metadata: StoredMetadata;

  @Prop({ type: String })
  traceId: string | null;

  @Prop({ type: Date })
  startedAt: Date | null;

  @Prop({ type: Date })
  finishedAt: Date | null;

  @Prop({ type: Number })
  durationMs: number | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date })
  updatedAt: Date;

  @Prop({ type: Number })
  lastSeq: number;

  @Prop({ type: String })
  source: 'RUN' | 'CALLS';

  @Prop({ type: Date })
  deadline: Date | null;

  @Prop({ type: Boolean })
  partial: boolean;

  @Prop({ type: Mixed })
  live?: LivePart;
}

export const TaskRunSchema = SchemaFactory.createForClass(TaskRunRecord);

/** Told by the index itself, these cost a page no reading of records that it does not show. */
const WITH = { status: 1, operationName: 1, 'actor.userId': 1 } as const;

// One index a filter, each in the order of the default sorting with the id to break ties, so that a page is read
// from where the last one ended; and one a sorting. What is asked for besides stands behind, or before the time where
// it leaves the least.
TaskRunSchema.index({ createdAt: 1, _id: 1 });
TaskRunSchema.index({ flowRunId: 1, createdAt: 1, _id: 1 });
TaskRunSchema.index({ operationName: 1, status: 1, createdAt: 1, _id: 1, 'actor.userId': 1 });
TaskRunSchema.index({ status: 1, createdAt: 1, _id: 1, operationName: 1, 'actor.userId': 1 });
TaskRunSchema.index({ 'actor.userId': 1, status: 1, createdAt: 1, _id: 1, operationName: 1 });
TaskRunSchema.index({ orchestrated: 1, createdAt: 1, _id: 1 });
TaskRunSchema.index({ startedAt: 1, _id: 1, ...WITH });
TaskRunSchema.index({ finishedAt: 1, _id: 1, ...WITH });
TaskRunSchema.index({ durationMs: 1, _id: 1, ...WITH });
// How long something takes is a matter of what it is: all of one operation may lie far behind those of others.
TaskRunSchema.index({ operationName: 1, durationMs: 1, _id: 1, status: 1, 'actor.userId': 1 });
// Many records have none of these, and then cost nothing here.
TaskRunSchema.index(
  { tags: 1, createdAt: 1, _id: 1, ...WITH },
  { partialFilterExpression: { 'tags.0': { $exists: true } } },
);
TaskRunSchema.index(
  { parentTaskRunId: 1, createdAt: 1, _id: 1 },
  { partialFilterExpression: { parentTaskRunId: { $type: 'string' } } },
);
TaskRunSchema.index(
  { replayOf: 1, createdAt: 1, _id: 1 },
  { partialFilterExpression: { replayOf: { $type: 'string' } } },
);
// What touched a document, and what a run has made.
TaskRunSchema.index(
  { 'resultRefs.collection': 1, 'resultRefs.documentId': 1, createdAt: 1, _id: 1 },
  { partialFilterExpression: { 'resultRefs.0': { $exists: true } } },
);
TaskRunSchema.index({ deadline: 1 }, { partialFilterExpression: { deadline: { $type: 'date' } } });

retireIndexes(
  TaskRunSchema,
  { status: 1, createdAt: 1, _id: 1 },
  { operationName: 1, createdAt: 1, _id: 1 },
  { 'actor.userId': 1, createdAt: 1, _id: 1 },
  { startedAt: 1, _id: 1 },
  { finishedAt: 1, _id: 1 },
  { durationMs: 1, _id: 1 },
  { tags: 1, createdAt: 1, _id: 1 },
);
