import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { RebuildAuditOutput } from '#libs/contracts';
import { schemaOptions } from '#libs/mongo';
import type { RebuildProgress } from '../rebuild/rebuild-progress.js';
import { Mixed } from './mixed.js';

/** How the latest rebuild stands; there is one document. */
@Schema(schemaOptions('audit_rebuilds'))
export class RebuildRecord {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  state: 'running' | 'done' | 'failed';

  /** The process that does it. */
  @Prop({ type: String })
  by: string;

  @Prop({ type: Mixed })
  progress: RebuildProgress;

  @Prop({ type: Date })
  since: Date;

  /** It says that it lives well before. */
  @Prop({ type: Date })
  until: Date;

  @Prop({ type: Date })
  finishedAt: Date | null;

  @Prop({ type: Mixed })
  result: RebuildAuditOutput | null;

  @Prop({ type: String })
  error: string | null;
}

export const RebuildSchema = SchemaFactory.createForClass(RebuildRecord);
