import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { schemaOptions } from '#libs/mongo';

/** How far one projection has come. */
@Schema(schemaOptions('positions'))
export class PositionRecord {
  /** The projection's name. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  stream: string;

  /** Null before the first batch. */
  @Prop({ type: String })
  epoch: string | null;

  @Prop({ type: Number })
  seq: number;

  /** Stream time of the event at `seq`. */
  @Prop({ type: Date })
  time: Date | null;

  /** The process that folded last. */
  @Prop({ type: String })
  by: string | null;

  /** A process that rebuilds; nobody else folds until it is done, or its time is over. */
  @Prop({ type: String })
  rebuiltBy: string | null;

  @Prop({ type: Date })
  rebuiltUntil: Date | null;
}

export const PositionSchema = SchemaFactory.createForClass(PositionRecord);
