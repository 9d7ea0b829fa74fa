import { createHash } from 'node:crypto';

export interface JobKey {
  readonly userId: string;
  readonly testMode: boolean;
  readonly source: string;
  readonly postingId: string;
}

/** Derives a job's id from who keeps it and what it is, so that two searches at once agree on it. */
export function jobIdOf({ userId, testMode, source, postingId }: JobKey): string {
  const key = JSON.stringify([userId, testMode, source, postingId]);
  return `job_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}
