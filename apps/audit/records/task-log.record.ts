import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { LogEntry } from '#libs/run-log';
import { schemaOptions } from '#libs/mongo';

/** How long lines are kept. */
export const LOG_LIFE_SECONDS = 14 * 24 * 3_600;

/** A line that a task or a flow said while it ran. */
@Schema(schemaOptions('task_logs'))
export class TaskLogRecord {
  /** Epoch and sequence of the stream, so that a line that comes twice is kept once. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  taskRunId: string | null;

  @Prop({ type: String })
  flowRunId: string | null;

  @Prop({ type: String })
  level: LogEntry['level'];

  @Prop({ type: String })
  message: string;

  /** JSON text. */
  @Prop({ type: String })
  fields?: string;

  /** When it was said. */
  @Prop({ type: Date })
  at: Date;

  /** When the stream stored it; lines are read in this order, and die by it. */
  @Prop({ type: Date, required: true })
  storedAt: Date;
}

export const TaskLogSchema = SchemaFactory.createForClass(TaskLogRecord);

TaskLogSchema.index({ taskRunId: 1, storedAt: 1, _id: 1 });
TaskLogSchema.index({ flowRunId: 1, storedAt: 1, _id: 1 });
TaskLogSchema.index({ storedAt: 1 }, { expireAfterSeconds: LOG_LIFE_SECONDS });
