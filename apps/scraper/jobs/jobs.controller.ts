import { Controller } from '@nestjs/common';
import { BulkDeleteJobs, CreateJobsBatch, GetJob, ListJobs, SearchJobs, UpdateJob } from '#libs/contracts';
import type {
  BulkDeleteJobsInput,
  BulkDeleteJobsOutput,
  CreateJobsBatchInput,
  CreateJobsBatchOutput,
  GetJobInput,
  JobDto,
  ListJobsInput,
  ListJobsOutput,
  SearchJobsInput,
  UpdateJobInput,
  UpdateJobOutput,
} from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { BulkDelete } from './bulk-delete.js';
import { CreateJobs } from './create-jobs.js';
import type { Reader } from './job-filter.js';
import { JobNotFoundError } from './job-not-found.error.js';
import { jobView } from './job-view.js';
import { JobsQuery } from './jobs.query.js';
import { UpdateJobs } from './update-jobs.js';

@Controller()
export class JobsController {
  constructor(
    private readonly jobs: JobsQuery,
    private readonly creating: CreateJobs,
    private readonly updating: UpdateJobs,
    private readonly deleting: BulkDelete,
  ) {}

  @Operation(ListJobs)
  async listJobs(input: ListJobsInput, run: OperationRun): Promise<ListJobsOutput> {
    return this.jobs.list(input, readerOf(input, run));
  }

  @Operation(SearchJobs)
  async searchJobs(input: SearchJobsInput, run: OperationRun): Promise<ListJobsOutput> {
    return this.jobs.search(input, readerOf(input, run));
  }

  @Operation(GetJob)
  async getJob({ jobId }: GetJobInput, run: OperationRun): Promise<JobDto> {
    const job = await this.jobs.get(jobId, run.actor.userId);
    if (!job) throw new JobNotFoundError(jobId);
    return jobView(job);
  }

  @Operation(CreateJobsBatch)
  async createJobsBatch(input: CreateJobsBatchInput, run: OperationRun): Promise<CreateJobsBatchOutput> {
    return this.creating.create(input.jobs, run);
  }

  @Operation(UpdateJob)
  async updateJob(input: UpdateJobInput, run: OperationRun): Promise<UpdateJobOutput> {
    return this.updating.update(input.jobId, input.changes, run, input.expectedRevision);
  }

  @Operation(BulkDeleteJobs)
  async bulkDeleteJobs(input: BulkDeleteJobsInput, run: OperationRun): Promise<BulkDeleteJobsOutput> {
    return this.deleting.delete(input, run);
  }
}

const readerOf = ({ includeTest }: ListJobsInput, { actor, flags }: OperationRun): Reader => ({
  userId: actor.userId,
  withTest: flags.testMode || includeTest === true,
});
