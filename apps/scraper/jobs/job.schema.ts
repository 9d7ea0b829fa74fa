import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { JobStatus } from '#libs/contracts';
import { schemaOptions } from '#libs/mongo';
import type { Salary } from '../sources/posting.js';
import { OPENING_SCHEMA, READING_SCHEMA } from './processing.schema.js';
import type { StoredOpening, StoredReading } from './processing.schema.js';

export interface JobSource {
  readonly name: string;
  readonly postingId: string;
  readonly references: Record<string, string>;
}

const salary = new MongooseSchema(
  {
    min: { type: Number, default: null },
    max: { type: Number, default: null },
    currency: { type: String, default: null },
    period: { type: String, default: null },
  },
  { _id: false },
);

const source = new MongooseSchema(
  {
    name: { type: String, required: true },
    postingId: { type: String, required: true },
    references: { type: MongooseSchema.Types.Mixed, default: () => ({}) },
  },
  { _id: false, minimize: false },
);

const nullable = (type: unknown) => ({ type, default: null });

/** One opening as one person keeps it. What the board says and what the person says never overwrite each other. */
@Schema(schemaOptions('jobs'))
export class Job {
  /** Derived from owner, source and posting, so that storing it twice is storing it once. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: String, required: true })
  title: string;

  @Prop({ type: String, required: true })
  company: string;

  @Prop({ type: [String] })
  locations: string[];

  @Prop(nullable(Boolean))
  remote: boolean | null;

  @Prop({ type: String, default: '' })
  description: string;

  /** Sanitised. */
  @Prop({ type: String, default: '' })
  descriptionHtml: string;

  @Prop({ type: String, default: 'snippet' })
  detail: 'full' | 'snippet';

  @Prop(nullable(salary))
  salary: Salary | null;

  @Prop({ type: [String] })
  employmentTypes: string[];

  @Prop(nullable(Date))
  postedAt: Date | null;

  @Prop(nullable(Date))
  validThrough: Date | null;

  @Prop({ type: Date, required: true })
  firstSeenAt: Date;

  @Prop({ type: Date, required: true })
  lastSeenAt: Date;

  @Prop(nullable(String))
  url: string | null;

  @Prop(nullable(String))
  applyUrl: string | null;

  @Prop(nullable(String))
  language: string | null;

  @Prop({ type: [String] })
  tags: string[];

  @Prop({ type: source, required: true })
  source: JobSource;

  /** The person's own. */
  @Prop({ type: String, default: JobStatus.new })
  status: JobStatus;

  /** The person's own. */
  @Prop({ type: String, default: '' })
  notes: string;

  /** The task run that found it first. */
  @Prop({ type: String, required: true })
  foundBy: string;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;

  /** Null until it is processed; absent in jobs that are older than processing. */
  @Prop(nullable(READING_SCHEMA))
  processing: StoredReading | null;

  /** Null until it is compared with others. */
  @Prop(nullable(OPENING_SCHEMA))
  opening: StoredOpening | null;
}

export const JobSchema = SchemaFactory.createForClass(Job);

JobSchema.index(
  { userId: 1, testMode: 1, 'source.name': 1, 'source.postingId': 1 },
  { unique: true, name: 'one_job_a_posting' },
);
for (const field of ['firstSeenAt', 'lastSeenAt', 'postedAt', 'title', 'company'] as const)
  JobSchema.index({ userId: 1, testMode: 1, [field]: 1, _id: 1 }, { name: `by_${field}` });
JobSchema.index({ userId: 1, testMode: 1, status: 1, firstSeenAt: -1 }, { name: 'by_status' });
JobSchema.index({ userId: 1, testMode: 1, 'processing.keys': 1 }, { name: 'by_meeting_key' });
JobSchema.index({ userId: 1, testMode: 1, 'processing.version': 1, _id: 1 }, { name: 'by_rules' });
JobSchema.index(
  { userId: 1, title: 'text', company: 'text', tags: 'text', description: 'text' },
  {
    name: 'by_words',
    weights: { title: 10, company: 5, tags: 5, description: 1 },
    // Words count as they stand, in every language; `language` is what the board says and may be any.
    default_language: 'none',
    language_override: 'searchedIn',
  },
);
