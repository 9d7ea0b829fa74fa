import { Notify } from '#libs/contracts';
import { task } from '#libs/flows';

/** Tells a person something, and keeps trying for a few minutes. */
export const notify = task(
  { name: 'notify', description: 'Tell a person something', retries: 3, retryDelaySeconds: 60 },
  Notify,
);
