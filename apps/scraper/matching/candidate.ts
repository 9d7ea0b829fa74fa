import type { JobStatus } from '#libs/contracts';
import type { Job } from '../jobs/job.schema.js';
import type { Reading } from '../processing/process-posting.js';

/** What of a job is scored. */
export interface Candidate {
  readonly jobId: string;
  readonly title: string;
  readonly company: string;
  readonly remote: boolean | null;
  readonly validThrough: Date | null;
  readonly status: JobStatus;
  readonly canonicalJobId: string;
  readonly reading: Omit<Reading, 'keys'>;
}

/** Fields of a stored job that scoring reads; its texts are not among them. */
export const CANDIDATE_FIELDS = {
  title: 1,
  company: 1,
  remote: 1,
  locations: 1,
  validThrough: 1,
  status: 1,
  opening: 1,
  'processing.language': 1,
  'processing.places': 1,
  'processing.salary': 1,
  'processing.employmentTypes': 1,
  'processing.skills': 1,
  'processing.requirements': 1,
  'processing.agency': 1,
} as const;

const SAYS_REMOTE = /\b(?:fully remote|100 ?% remote|remote only|remote)\b/i;

export const candidateOf = (job: Job, reading: Omit<Reading, 'keys'>): Candidate => ({
  jobId: job._id,
  title: job.title,
  company: job.company,
  // Boards that have no field for it write it among the places.
  remote: job.remote ?? (job.locations.some((location) => SAYS_REMOTE.test(location)) ? true : null),
  validThrough: job.validThrough,
  status: job.status,
  canonicalJobId: job.opening?.canonicalJobId ?? job._id,
  reading,
});
