import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { schemaOptions } from '#libs/mongo';

/** What one person sends on one day (UTC). One document, so that a limit holds however many are sent at once. */
@Schema(schemaOptions('sending_days'))
export class SendingDay {
  /** Owner, mode and day. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;

  @Prop({ type: String, required: true })
  day: string;

  @Prop({ type: [String], default: [] })
  applications: string[];

  /** Those among them that a standing rule let out. */
  @Prop({ type: [String], default: [] })
  byRule: string[];
}

export const SendingDaySchema = SchemaFactory.createForClass(SendingDay);
