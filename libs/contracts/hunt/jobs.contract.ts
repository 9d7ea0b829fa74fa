import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsInstant } from '../is-instant.js';
import { JobDto, JobStatus, JobSummaryDto } from './job.dto.js';
import { SOURCE_NAMES, UNKNOWN_SOURCE } from './source-names.js';
import type { SourceName } from './source-names.js';

/** Fields that jobs can be sorted by; a leading `-` means from the latest or from Z. */
export const JOB_SORTS = [
  'firstSeenAt',
  '-firstSeenAt',
  'lastSeenAt',
  '-lastSeenAt',
  'postedAt',
  '-postedAt',
  'title',
  '-title',
  'company',
  '-company',
] as const;
export type JobSort = (typeof JOB_SORTS)[number];

const shared = {
  service: 'scraper',
  category: 'jobs',
  stage: 'observe',
  tags: ['jobs'],
  permissions: ['jobs:read'],
  modelsIn: ['Job'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

export class ListJobsInput {
  @IsOptional()
  @IsIn(SOURCE_NAMES, { message: UNKNOWN_SOURCE })
  source?: SourceName;

  @IsOptional()
  @IsIn(Object.values(JobStatus))
  status?: JobStatus;

  /** Jobs whose employer's name holds this, whatever its case. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  company?: string;

  /** Jobs whose title holds this, whatever its case. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  title?: string;

  /** Jobs one of whose places holds this, whatever its case. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  location?: string;

  @IsOptional()
  @IsBoolean()
  remote?: boolean;

  /** Jobs that this search found. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  queryIndexId?: string;

  /** First seen at or after this instant. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** First seen before this instant. */
  @IsOptional()
  @IsInstant()
  to?: string;

  /** Show what was made in test mode too. */
  @IsOptional()
  @IsBoolean()
  includeTest?: boolean;

  /** The newest first unless said otherwise. */
  @IsIn(JOB_SORTS, { message: `$property must be one of ${JOB_SORTS.join(', ')}` })
  sort: JobSort = '-firstSeenAt';

  /** 1 to 500. */
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;

  /** `nextCursor` of the page before, with the same filters and sorting. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  userId?: string;
}

export class ListJobsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => JobSummaryDto)
  items: JobSummaryDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

export class GetJobInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  userId?: string;
}

export const ListJobs = defineOperation({
  ...shared,
  name: 'list_jobs',
  description: 'List jobs by filters, without their texts',
  input: ListJobsInput,
  output: ListJobsOutput,
});

export const GetJob = defineOperation({
  ...shared,
  name: 'get_job',
  description: 'Get one job whole',
  input: GetJobInput,
  output: JobDto,
});
