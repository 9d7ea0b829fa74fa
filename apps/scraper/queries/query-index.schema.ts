import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { schemaOptions } from '#libs/mongo';
import type { PageOutcome } from '../sources/page-outcome.js';

const counts = new MongooseSchema(
  {
    results: { type: Number, default: 0 },
    no_results: { type: Number, default: 0 },
    blocked: { type: Number, default: 0 },
    schema_changed: { type: Number, default: 0 },
    unreachable: { type: Number, default: 0 },
  },
  { _id: false },
);

/** One search of one source, and what it found. */
@Schema(schemaOptions('queryindexes'))
export class QueryIndex {
  /** Derived from the task run, so that attempts share one. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: String, required: true })
  source: string;

  @Prop({ type: [String] })
  keywords: string[];

  @Prop({ type: String, default: null })
  location: string | null;

  @Prop({ type: Number, required: true })
  limit: number;

  @Prop({ type: Boolean, required: true })
  fetchDetails: boolean;

  @Prop({ type: String, required: true })
  taskRunId: string;

  @Prop({ type: String, default: null })
  flowRunId: string | null;

  @Prop({ type: [String] })
  jobIds: string[];

  @Prop({ type: [String] })
  pageIds: string[];

  @Prop({ type: Number, default: 0 })
  jobsCreated: number;

  @Prop({ type: Number, default: 0 })
  jobsUpdated: number;

  /** Pages by how they came out. */
  @Prop({ type: counts, default: () => ({}) })
  pages: Record<PageOutcome, number>;

  @Prop({ type: Date, required: true })
  searchedAt: Date;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;
}

export const QueryIndexSchema = SchemaFactory.createForClass(QueryIndex);

QueryIndexSchema.index({ userId: 1, testMode: 1, searchedAt: 1 }, { name: 'by_age' });
