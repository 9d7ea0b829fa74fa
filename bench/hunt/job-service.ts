import { Controller, Module } from '@nestjs/common';
import { GetJob } from '#libs/contracts';
import type { GetJobInput, JobDto } from '#libs/contracts';
import { Operation, TerminalError } from '#libs/operations';
import { syntheticJobs } from './synthetic-jobs.js';
import type { SyntheticJob } from './synthetic-jobs.js';

/** Kept beside a job, and no part of what is shown of it. */
const KEPT_ONLY: readonly string[] = ['_id', 'foundBy', 'opening'];

const jobs = new Map<string, JobDto>();

/** Makes the jobs that the stand-in knows; gives their ids. */
export function makeJobs(count: number, userId: string): string[] {
  for (const made of syntheticJobs(count, userId)) jobs.set(made._id, shown(made));
  return [...jobs.keys()];
}

function shown(made: SyntheticJob): JobDto {
  const fields = Object.entries(made).filter(([field]) => !KEPT_ONLY.includes(field));
  return JSON.parse(JSON.stringify({ id: made._id, ...Object.fromEntries(fields) })) as JobDto;
}

@Controller()
class Jobs {
  @Operation(GetJob)
  async getJob({ jobId }: GetJobInput): Promise<JobDto> {
    const job = jobs.get(jobId);
    if (!job) throw new TerminalError('jobs/not-found', `there is no job ${jobId}`);
    return job;
  }
}

/** Stands in for the service `scraper`: jobs out of memory. */
@Module({ controllers: [Jobs] })
export class JobModule {}
