import { Controller } from '@nestjs/common';
import { ListNewJobs, ProcessJobs, UnmergeJobs } from '#libs/contracts';
import type {
  ListNewJobsInput,
  ListNewJobsOutput,
  ProcessJobsInput,
  ProcessJobsOutput,
  UnmergeJobsInput,
  UnmergeJobsOutput,
} from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { JobNotFoundError } from '../jobs/job-not-found.error.js';
import { JobsQuery } from '../jobs/jobs.query.js';
import { OpeningsStore } from './openings.store.js';
import { ProcessingService } from './processing.service.js';

@Controller()
export class ProcessingController {
  constructor(
    private readonly processing: ProcessingService,
    private readonly openings: OpeningsStore,
    private readonly jobs: JobsQuery,
  ) {}

  @Operation(ListNewJobs)
  async listNewJobs(input: ListNewJobsInput, run: OperationRun): Promise<ListNewJobsOutput> {
    return this.processing.listNew(input, run);
  }

  @Operation(ProcessJobs)
  async processJobs(input: ProcessJobsInput, run: OperationRun): Promise<ProcessJobsOutput> {
    return this.processing.process(input, run);
  }

  @Operation(UnmergeJobs)
  async unmergeJobs({ jobId, from }: UnmergeJobsInput, run: OperationRun): Promise<UnmergeJobsOutput> {
    const { userId } = run.actor;
    const job = await this.jobs.get(jobId, userId);
    if (!job) throw new JobNotFoundError(jobId);
    const mates = (job.opening?.merged ?? []).map((mate) => mate.jobId);
    const separated = from ? mates.filter((mate) => from.includes(mate)) : mates;
    // Asked for a second time they are apart already, which is what was wanted.
    const apart = from?.every((other) => job.opening?.separated.includes(other)) ?? false;
    if (separated.length > 0 && !run.flags.dryRun)
      await this.openings.separate(jobId, separated, { userId, testMode: job.testMode });
    const done = separated.length > 0 || apart;
    return { success: done, jobId, separated, message: done ? null : 'it is merged with none of these' };
  }
}
