import { Schema } from 'mongoose';
import type { MergedJobDto } from '#libs/contracts';
import type { Reading } from '../processing/process-posting.js';

/** What `process_jobs` has read in a posting; it alone writes it. */
export interface StoredReading extends Reading {
  readonly processedAt: Date;
  readonly version: number;
  /** How much of the text it has read. */
  readonly detail: 'full' | 'snippet';
}

/** Which opening a posting is of. Kept apart from the reading: a person may have had a say in it. */
export interface StoredOpening {
  readonly canonicalJobId: string;
  readonly merged: readonly MergedJobDto[];
  readonly repostOf: string | null;
  /** Postings that the person has said are other openings. */
  readonly separated: readonly string[];
  /** Rises with each change, so that two who compare at once notice each other. */
  readonly rev: number;
}

const inner = (definition: Record<string, unknown>) => new Schema(definition, { _id: false });
const nullable = (type: unknown) => ({ type, default: null });

const place = inner({ city: nullable(String), region: nullable(String), country: nullable(String) });
const yearly = inner({ min: nullable(Number), max: nullable(Number), currency: String });
const requirement = inner({ text: String, kind: String, skills: [String] });

export const READING_SCHEMA = inner({
  processedAt: Date,
  version: Number,
  detail: String,
  language: nullable(String),
  places: [place],
  salary: nullable(yearly),
  employmentTypes: [String],
  skills: [String],
  requirements: [requirement],
  agency: Boolean,
  keys: [String],
});

export const OPENING_SCHEMA = inner({
  canonicalJobId: String,
  merged: [inner({ jobId: String, why: String })],
  repostOf: nullable(String),
  separated: [String],
  rev: Number,
});
