import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { retireIndexes, schemaOptions } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import type {
  FlowRunCourse,
  FlowRunFold,
  FlowRunRecord as FoldedFlowRun,
  FlowRunStatus,
  StoredError,
  StoredWait,
  TaskCounts,
} from '#libs/run-records';
import { Mixed } from './mixed.js';

/** How a run of a flow is kept; what its fields mean is said where they are folded. */
@Schema(schemaOptions('flow_runs'))
export class FlowRunRecord implements FoldedFlowRun {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  flow: string;

  @Prop({ type: String })
  version: string | null;

  @Prop({ type: String })
  status: FlowRunStatus;

  @Prop({ type: String })
  parameters: string | null;

  @Prop({ type: [String] })
  tags: string[];

  @Prop({ type: Mixed })
  actor: Actor;

  @Prop({ type: String })
  parentFlowRunId: string | null;

  @Prop({ type: String })
  deploymentId: string | null;

  @Prop({ type: String })
  restartedFrom: string | null;

  @Prop({ type: Mixed })
  restartedBy: Actor | null;

  @Prop({ type: Number })
  restartedAtStep: number | null;

  @Prop({ type: Mixed })
  triggeredBy: FlowRunCourse['triggeredBy'];

  @Prop({ type: String })
  continues: string | null;

  @Prop({ type: String })
  continuedBy: string | null;

  @Prop({ type: String })
  idempotencyKey: string | null;

  @Prop({ type: String })
  traceId: string | null;

  @Prop({ type: Number })
  attempt: number;

  @Prop({ type: String })
  result: string | null;

  @Prop({ type: Mixed })
  error: StoredError | null;

  @Prop({ type: Mixed })
  tasks: TaskCounts;

  @Prop({ type: Mixed })
  metadata: { dryRun: boolean; testMode: boolean; verbose: boolean };

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

  @Prop({ type: [Mixed] })
  waitingFor: readonly StoredWait[];

  @Prop({ type: Number })
  children: number;

  @Prop({ type: Mixed })
  pause: FlowRunCourse['pause'];

  @Prop({ type: Mixed })
  halt: FlowRunCourse['halt'];

  @Prop({ type: Mixed })
  resumed: FlowRunCourse['resumed'];

  @Prop({ type: Mixed })
  cancelling: FlowRunCourse['cancelling'];

  @Prop({ type: Mixed })
  compensating: FlowRunCourse['compensating'];

  @Prop({ type: Number })
  artifacts: number;

  @Prop({ type: String })
  state: string | null;

  @Prop({ type: Mixed })
  fold: FlowRunFold;

  /** True until the log holds the run no more. */
  @Prop({ type: Boolean })
  inLog?: boolean;
}

export const FlowRunSchema = SchemaFactory.createForClass(FlowRunRecord);

/** Told by the index itself, these cost a page no reading of records that it does not show. */
const WITH = { status: 1, flow: 1, 'actor.userId': 1 } as const;

/** What runs of a status are counted by, which reads no record. */
export const BY_STATUS = { status: 1, createdAt: 1, _id: 1, flow: 1, 'actor.userId': 1 } as const;

FlowRunSchema.index({ createdAt: 1, _id: 1 });
FlowRunSchema.index({ flow: 1, status: 1, createdAt: 1, _id: 1, 'actor.userId': 1 });
FlowRunSchema.index(BY_STATUS);
FlowRunSchema.index({ 'actor.userId': 1, status: 1, createdAt: 1, _id: 1, flow: 1 });
FlowRunSchema.index({ startedAt: 1, _id: 1, ...WITH });
FlowRunSchema.index({ finishedAt: 1, _id: 1, ...WITH });
FlowRunSchema.index({ durationMs: 1, _id: 1, ...WITH });
FlowRunSchema.index({ flow: 1, durationMs: 1, _id: 1, status: 1, 'actor.userId': 1 });
FlowRunSchema.index({ tags: 1, createdAt: 1, _id: 1, ...WITH });
// What retention looks through; it shrinks as runs are archived.
FlowRunSchema.index({ inLog: 1, finishedAt: 1, _id: 1 }, { partialFilterExpression: { inLog: true } });
FlowRunSchema.index(
  { parentFlowRunId: 1, createdAt: 1, _id: 1 },
  { partialFilterExpression: { parentFlowRunId: { $type: 'string' } } },
);
FlowRunSchema.index(
  { deploymentId: 1, createdAt: 1, _id: 1, ...WITH },
  { partialFilterExpression: { deploymentId: { $type: 'string' } } },
);
FlowRunSchema.index(
  { 'triggeredBy.runId': 1 },
  { partialFilterExpression: { 'triggeredBy.runId': { $type: 'string' } } },
);
FlowRunSchema.index(
  { restartedFrom: 1, createdAt: 1, _id: 1 },
  { partialFilterExpression: { restartedFrom: { $type: 'string' } } },
);

retireIndexes(
  FlowRunSchema,
  { status: 1, createdAt: 1, _id: 1 },
  { flow: 1, createdAt: 1, _id: 1 },
  { 'actor.userId': 1, createdAt: 1, _id: 1 },
  { startedAt: 1, _id: 1 },
  { finishedAt: 1, _id: 1 },
  { durationMs: 1, _id: 1 },
  { tags: 1, createdAt: 1, _id: 1 },
  { deploymentId: 1, createdAt: 1, _id: 1 },
);
