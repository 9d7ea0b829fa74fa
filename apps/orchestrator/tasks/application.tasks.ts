import {
  ApplyJob,
  GenerateCv,
  GenerateLetter,
  PrepareApplication,
  WithdrawApplication,
} from '#libs/contracts';
import { task } from '#libs/flows';

const patient = { retries: 2, retryDelaySeconds: 30, retryBackoffFactor: 2 } as const;

export const generateCv = task(
  { name: 'generate_cv', description: 'Write a CV for a job', ...patient },
  GenerateCv,
);

export const generateLetter = task(
  { name: 'generate_letter', description: 'Write a letter for a job', ...patient },
  GenerateLetter,
);

export const prepareApplication = task(
  { name: 'prepare_application', description: 'Make ready exactly what would go out', ...patient },
  PrepareApplication,
);

export const withdrawApplication = task(
  { name: 'withdraw_application', description: 'Keep an application from being sent', ...patient },
  WithdrawApplication,
);

/** Tried again only after errors which say that nothing went out; the operation itself runs at most once. */
export const applyJob = task(
  {
    name: 'apply_job',
    description: 'Send what was approved',
    retries: 3,
    retryDelaySeconds: 300,
    retryBackoffFactor: 2,
  },
  ApplyJob,
);
