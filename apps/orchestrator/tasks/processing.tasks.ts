import { MatchJob, MatchJobs, ProcessJobs } from '#libs/contracts';
import { task } from '#libs/flows';

const patient = { retries: 2, retryDelaySeconds: 30, retryBackoffFactor: 2 } as const;

export const processJobs = task(
  { name: 'process_jobs', description: 'Read postings and find duplicates', ...patient },
  ProcessJobs,
);

export const matchJob = task(
  { name: 'match_job', description: 'Score a job against the profile', ...patient },
  MatchJob,
);

export const matchJobs = task(
  { name: 'match_jobs', description: 'Score many jobs against the profile', ...patient },
  MatchJobs,
);
