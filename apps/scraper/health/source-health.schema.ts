import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { SourceFailureKind } from '#libs/contracts';
import { schemaOptions } from '#libs/mongo';

const failure = new MongooseSchema(
  {
    outcome: { type: String, required: true },
    message: { type: String, default: '' },
    at: { type: Date, required: true },
  },
  { _id: false },
);

/** How a source answered one person's searches and checks. */
@Schema(schemaOptions('sourcehealth'))
export class SourceHealth {
  /** Derived from person, mode and source. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: String, required: true })
  source: string;

  @Prop({ type: Date, required: true })
  lastAskedAt: Date;

  @Prop({ type: Date, default: null })
  lastSuccessAt: Date | null;

  @Prop({ type: failure, default: null })
  lastFailure: { outcome: SourceFailureKind; message: string; at: Date } | null;

  /** Since it last came through. */
  @Prop({ type: Number, default: 0 })
  failuresInARow: number;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;
}

export const SourceHealthSchema = SchemaFactory.createForClass(SourceHealth);
