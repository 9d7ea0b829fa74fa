import { Controller } from '@nestjs/common';
import { GetJob, ListJobs } from '#libs/contracts';
import type { GetJobInput, JobDto, ListJobsInput, ListJobsOutput } from '#libs/contracts';
import { Operation, TerminalError } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { jobView } from './job-view.js';
import { JobsQuery } from './jobs.query.js';

/** There is no such job, or it is somebody else's, which is not for the asker to know. */
export class JobNotFoundError extends TerminalError {
  constructor(readonly jobId: string) {
    super('jobs/not-found', `there is no job ${JSON.stringify(jobId)}`, [
      { field: 'jobId', value: jobId, message: 'is no job of yours' },
    ]);
  }
}

@Controller()
export class JobsController {
  constructor(private readonly jobs: JobsQuery) {}

  @Operation(ListJobs)
  async listJobs(input: ListJobsInput, run: OperationRun): Promise<ListJobsOutput> {
    const withTest = run.flags.testMode || input.includeTest === true;
    return this.jobs.list(input, { userId: run.actor.userId, withTest });
  }

  @Operation(GetJob)
  async getJob({ jobId }: GetJobInput, run: OperationRun): Promise<JobDto> {
    const job = await this.jobs.get(jobId, run.actor.userId);
    if (!job) throw new JobNotFoundError(jobId);
    return jobView(job);
  }
}
