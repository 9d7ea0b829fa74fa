import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { schemaOptions } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import type { ApprovalRecord as FoldedApproval, ApprovalStatus } from '#libs/run-records';
import { Mixed } from './mixed.js';

/** How an approval is kept; what its fields mean is said where they are folded. */
@Schema(schemaOptions('approvals'))
export class ApprovalRecord implements FoldedApproval {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  flowRunId: string;

  @Prop({ type: String })
  flow: string;

  @Prop({ type: Number })
  step: number;

  @Prop({ type: String })
  name: string;

  @Prop({ type: String })
  payload: string | null;

  @Prop({ type: String })
  status: ApprovalStatus;

  @Prop({ type: Mixed })
  actor: Actor;

  @Prop({ type: Mixed })
  approvers: string[] | null;

  @Prop({ type: Date })
  dueAt: Date | null;

  @Prop({ type: String })
  otherwise: FoldedApproval['otherwise'];

  @Prop({ type: Date })
  answeredAt: Date | null;

  @Prop({ type: Mixed })
  answeredBy: Actor | null;

  @Prop({ type: String })
  comment: string | null;

  @Prop({ type: String })
  answer: string | null;

  @Prop({ type: String, required: true })
  listOrder: string;

  @Prop({ type: Date })
  createdAt: Date;

  @Prop({ type: Date })
  updatedAt: Date;

  @Prop({ type: Number })
  lastSeq: number;
}

export const ApprovalSchema = SchemaFactory.createForClass(ApprovalRecord);

// Unless said otherwise the pending ones come first, then the latest.
ApprovalSchema.index({ listOrder: 1, _id: 1 });
ApprovalSchema.index({ createdAt: 1, _id: 1 });
ApprovalSchema.index({ flowRunId: 1, listOrder: 1, _id: 1 });
ApprovalSchema.index({ flow: 1, listOrder: 1, _id: 1 });
ApprovalSchema.index({ status: 1, listOrder: 1, _id: 1 });
ApprovalSchema.index({ 'actor.userId': 1, listOrder: 1, _id: 1 });
ApprovalSchema.index({ approvers: 1, listOrder: 1, _id: 1 });
