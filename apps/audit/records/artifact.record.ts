import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { schemaOptions } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import type { ArtifactRecord as FoldedArtifact } from '#libs/run-records';
import { Mixed } from './mixed.js';

/** How an artifact is kept; what its fields mean is said where they are folded. */
@Schema(schemaOptions('artifacts'))
export class ArtifactRecord implements FoldedArtifact {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  flowRunId: string;

  @Prop({ type: String })
  flow: string;

  @Prop({ type: Number })
  step: number;

  @Prop({ type: String })
  key: string | null;

  @Prop({ type: String })
  kind: FoldedArtifact['kind'];

  @Prop({ type: String })
  title: string | null;

  @Prop({ type: String })
  data: string | null;

  @Prop({ type: Number })
  bytes: number;

  @Prop({ type: Mixed })
  actor: Actor;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Number })
  lastSeq: number;
}

export const ArtifactSchema = SchemaFactory.createForClass(ArtifactRecord);

ArtifactSchema.index({ createdAt: 1, _id: 1 });
ArtifactSchema.index({ flowRunId: 1, createdAt: 1, _id: 1 });
ArtifactSchema.index({ flow: 1, createdAt: 1, _id: 1 });
ArtifactSchema.index({ kind: 1, createdAt: 1, _id: 1 });
ArtifactSchema.index({ 'actor.userId': 1, createdAt: 1, _id: 1 });
ArtifactSchema.index(
  { key: 1, createdAt: 1, _id: 1 },
  { partialFilterExpression: { key: { $type: 'string' } } },
);
