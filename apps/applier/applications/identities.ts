import { createHash } from 'node:crypto';
import type { JobDto } from '#libs/contracts';

/** Gives the ids of all postings of a job's opening, its own among them. */
export function identitiesOf({ id, processing }: Pick<JobDto, 'id' | 'processing'>): string[] {
  const merged = processing?.merged.map(({ jobId }) => jobId) ?? [];
  const all = [id, processing?.canonicalJobId ?? '', ...merged].filter((each) => each !== '');
  return [...new Set(all)].sort();
}

/** Derived from owner and job, so that preparing twice is preparing once. */
export const applicationIdOf = (userId: string, testMode: boolean, jobId: string): string =>
  `app_${createHash('sha256')
    .update(JSON.stringify([userId, testMode, jobId]))
    .digest('hex')
    .slice(0, 32)}`;
