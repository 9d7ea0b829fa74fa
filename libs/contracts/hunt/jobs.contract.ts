import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { JobDto, JobSummaryDto } from './job.dto.js';
import { JobFilters } from './jobs/job-filters.dto.js';
import { OwnedInput } from './owned-input.dto.js';

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

export class ListJobsInput extends JobFilters {
  /** Jobs that this search found. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  queryIndexId?: string;

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

export class SearchJobsInput extends ListJobsInput {
  /** Words, any of which a job has to hold; `"a phrase"` and `-word` narrow it. Title, employer, tags and text. */
  @IsString()
  @Matches(/[\p{L}\p{N}]/u, { message: '$property must hold at least one word' })
  @MaxLength(500)
  text: string;
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

export class GetJobInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;
}

export const ListJobs = defineOperation({
  ...shared,
  name: 'list_jobs',
  description: 'List jobs by filters, without their texts',
  input: ListJobsInput,
  output: ListJobsOutput,
});

export const SearchJobs = defineOperation({
  ...shared,
  name: 'search_jobs',
  description: 'Search jobs by words and filters, without their texts',
  input: SearchJobsInput,
  output: ListJobsOutput,
});

export const GetJob = defineOperation({
  ...shared,
  name: 'get_job',
  description: 'Get one job whole',
  input: GetJobInput,
  output: JobDto,
});
