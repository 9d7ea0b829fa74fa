import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { DeadLetterStatus } from '#libs/contracts';
import { schemaOptions } from '#libs/mongo';
import type { Actor, RunFlags } from '#libs/run-log';
import type { StoredError } from '#libs/run-records';
import { Mixed } from './mixed.js';

/** Work that was handed out too often. What the log told of it never changes; what people did with it does. */
@Schema(schemaOptions('dead_letters'))
export class DeadLetterRecord {
  /** The task run's id and the attempt's number. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  taskRunId: string;

  @Prop({ type: Number })
  attempt: number;

  @Prop({ type: String })
  operationName: string;

  @Prop({ type: String })
  service: string;

  @Prop({ type: String })
  flowRunId: string | null;

  @Prop({ type: Mixed })
  actor: Actor;

  @Prop({ type: Mixed })
  flags: RunFlags;

  /** JSON text, without what is sensitive. */
  @Prop({ type: String })
  input: string | null;

  @Prop({ type: Number })
  deliveries: number;

  @Prop({ type: Mixed })
  error: StoredError;

  @Prop({ type: String })
  idempotencyKey: string;

  @Prop({ type: [String] })
  tags: string[];

  @Prop({ type: String })
  traceId: string | null;

  @Prop({ type: String })
  status: DeadLetterStatus;

  @Prop({ type: Mixed })
  settledBy: Actor | null;

  @Prop({ type: Date })
  settledAt: Date | null;

  @Prop({ type: String })
  reason: string | null;

  @Prop({ type: String })
  retryTaskRunId: string | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const DeadLetterSchema = SchemaFactory.createForClass(DeadLetterRecord);

DeadLetterSchema.index({ createdAt: 1, _id: 1 });
DeadLetterSchema.index({ status: 1, createdAt: 1, _id: 1 });
DeadLetterSchema.index({ operationName: 1, createdAt: 1, _id: 1 });
DeadLetterSchema.index({ flowRunId: 1, createdAt: 1, _id: 1 });
DeadLetterSchema.index({ 'actor.userId': 1, createdAt: 1, _id: 1 });
