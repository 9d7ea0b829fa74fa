import type { Model, QueryFilter } from 'mongoose';
import type { Job } from '../jobs/job.schema.js';
import type { Owner } from './openings.store.js';
import { RULES_VERSION } from './process-posting.js';

/** Never processed, by older rules, or when only a part of the text was there. */
const NEW: QueryFilter<Job> = {
  $or: [
    { processing: null },
    { 'processing.version': { $lt: RULES_VERSION } },
    { 'processing.detail': 'snippet', detail: 'full' },
  ],
};

export interface Portion {
  readonly limit: number;
  /** The id after which it begins. */
  readonly after?: string | undefined;
}

/** Gives the ids of jobs that have to be processed, in the order of their ids. */
export async function newJobIds(
  jobs: Model<Job>,
  { userId, testMode }: Owner,
  { limit, after }: Portion,
): Promise<string[]> {
  const rest = after === undefined ? {} : { _id: { $gt: after } };
  const found = await jobs
    .find({ userId, testMode, ...NEW, ...rest }, { _id: 1 })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<{ _id: string }[]>();
  return found.map(({ _id }) => _id);
}
