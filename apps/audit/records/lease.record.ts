import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { schemaOptions } from '#libs/mongo';

/** Which of several audits does what only one is to do. */
@Schema(schemaOptions('audit_leases'))
export class LeaseRecord {
  /** What is done. */
  @Prop({ type: String, required: true })
  _id: string;

  /** The process that does it. */
  @Prop({ type: String })
  holder: string;

  /** From then on another may take it. */
  @Prop({ type: Date })
  until: Date;
}

export const LeaseSchema = SchemaFactory.createForClass(LeaseRecord);
