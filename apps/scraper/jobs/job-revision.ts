import { createHash } from 'node:crypto';
import { TerminalError } from '#libs/operations';
import type { Job } from './job.schema.js';

/** What a person says of a job. */
type Said = Pick<Job, 'status' | 'notes'>;

/**
 * Names what a person says of a job. Boards write to the same document all the time, which is nobody's edit: so it is
 * made of the person's own fields, and the same words have the same name again.
 */
export const revisionOf = ({ status, notes }: Said): string =>
  createHash('sha256')
    .update(JSON.stringify([status, notes]))
    .digest('hex')
    .slice(0, 16);

/** The person has said something else of it since it was read. */
export class JobChangedError extends TerminalError {
  constructor(jobId: string, expected: string, actual: string) {
    const message = `it is at ${actual} now: read it and make the change again`;
    super('jobs/revision-conflict', `job ${jobId} is no longer at revision ${expected}; ${message}`, [
      { field: 'expectedRevision', value: expected, message },
    ]);
  }
}
