import { TerminalError } from '#libs/operations';

/** There is no such job, or it is somebody else's, which is not for the asker to know. */
export class JobNotFoundError extends TerminalError {
  constructor(readonly jobId: string) {
    super('jobs/not-found', `there is no job ${JSON.stringify(jobId)}`, [
      { field: 'jobId', value: jobId, message: 'is no job of yours' },
    ]);
  }
}
