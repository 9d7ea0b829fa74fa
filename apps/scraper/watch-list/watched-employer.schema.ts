import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { schemaOptions } from '#libs/mongo';
import type { PageOutcome } from '../sources/page-outcome.js';

const nullable = (type: unknown) => ({ type, default: null });

/** An employer whose board a person has searched with every search of its source. */
@Schema(schemaOptions('watchedemployers'))
export class WatchedEmployer {
  /** Derived from owner, source and board. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: String, required: true })
  source: string;

  @Prop({ type: String, required: true })
  board: string;

  @Prop(nullable(String))
  name: string | null;

  @Prop({ type: Date, required: true })
  watchedSince: Date;

  @Prop(nullable(String))
  lastOutcome: PageOutcome | null;

  @Prop(nullable(Date))
  lastAskedAt: Date | null;

  @Prop(nullable(Date))
  lastSuccessAt: Date | null;

  @Prop(nullable(String))
  lastMessage: string | null;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;
}

export const WatchedEmployerSchema = SchemaFactory.createForClass(WatchedEmployer);

WatchedEmployerSchema.index(
  { userId: 1, testMode: 1, source: 1, board: 1 },
  { unique: true, name: 'one_watch_a_board' },
);
