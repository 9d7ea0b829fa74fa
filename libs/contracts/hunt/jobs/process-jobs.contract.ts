import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { JobErrorDto } from './item-error.dto.js';
import { JobIds, MOST_JOBS } from './job-ids.js';
import { OwnedInput } from '../owned-input.dto.js';

const shared = {
  service: 'scraper',
  category: 'processing',
  stage: 'transform',
  tags: ['jobs', 'processing'],
  permissions: ['jobs:write'],
  modelsIn: ['Job'],
  modelsOut: ['Job'],
} as const;

export class ProcessJobsInput extends OwnedInput {
  /** What is new unless said otherwise: never processed, by older rules, or from less of its text. */
  @IsOptional()
  @JobIds()
  jobIds?: string[];

  /** Jobs that are read and written together. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  batchSize: number = 100;

  /** Read and compare, and keep nothing. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class ProcessJobsOutput {
  /** False where there was something to do and nothing of it could be done. */
  @IsBoolean()
  success: boolean;

  @IsInt()
  jobsProcessed: number;

  @IsArray()
  @IsString({ each: true })
  jobIds: string[];

  /** Those of them for which another posting stands, or that stand for others. */
  @IsInt()
  merged: number;

  @IsInt()
  reposts: number;

  @IsInt()
  agencies: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => JobErrorDto)
  errors: JobErrorDto[];

  /** Whether more than one call can do is new: call again. */
  @IsBoolean()
  more: boolean;

  @IsBoolean()
  dryRun: boolean;
}

/**
 * Safe to repeat: the same jobs give the same result. Takes 10,000 jobs a call at most. Calls for jobs of one person may
 * run side by side: each keeps what it has read before it compares, so that of two the later one finds both.
 */
export const ProcessJobs = defineOperation({
  ...shared,
  name: 'process_jobs',
  description:
    'Read postings: language, places, salary, skills and requirements; find duplicates, reposts and agency copies',
  resultRefs: { jobIds: 'jobs' },
  timeoutMs: 1_800_000,
  input: ProcessJobsInput,
  output: ProcessJobsOutput,
});

export class ListNewJobsInput extends OwnedInput {
  /** 1 to 10,000. */
  @IsInt()
  @Min(1)
  @Max(MOST_JOBS)
  limit: number = MOST_JOBS;

  /** `nextCursor` of the page before: what was on it does not come again, even if it could not be processed. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  cursor?: string;
}

export class ListNewJobsOutput {
  @IsArray()
  @IsString({ each: true })
  jobIds: string[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

/**
 * Gives what process_jobs takes when it is told no jobs: page by page, to be shared out among calls of process_jobs
 * that run side by side. In test mode the jobs of test mode.
 */
export const ListNewJobs = defineOperation({
  ...shared,
  name: 'list_new_jobs',
  description: 'List the ids of jobs that are new to process_jobs',
  stage: 'observe',
  permissions: ['jobs:read'],
  modelsOut: [],
  createTaskrun: false,
  timeoutMs: 30_000,
  input: ListNewJobsInput,
  output: ListNewJobsOutput,
});

export class UnmergeJobsInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;

  /** The postings that are another opening; all with which it is merged unless said otherwise. */
  @IsOptional()
  @JobIds()
  from?: string[];

  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class UnmergeJobsOutput {
  @IsBoolean()
  success: boolean;

  @IsString()
  jobId: string;

  /** What it is no longer merged with; stays so when jobs are processed again. */
  @IsArray()
  @IsString({ each: true })
  separated: string[];

  @IsOptional()
  @IsString()
  message: string | null;
}

/** Fails with `jobs/not-found` where the person has no such job. */
export const UnmergeJobs = defineOperation({
  ...shared,
  name: 'unmerge_jobs',
  description: 'Say that postings which were taken for one opening are several; stays so from then on',
  resultRefs: { jobId: 'jobs', separated: 'jobs' },
  timeoutMs: 60_000,
  input: UnmergeJobsInput,
  output: UnmergeJobsOutput,
});
