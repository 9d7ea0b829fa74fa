import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsDefined,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { JobDto } from '../job.dto.js';
import { FitsInto } from '../fits-into.js';
import { JobErrorDto } from './item-error.dto.js';
import { JobFilters } from './job-filters.dto.js';
import { JobIds } from './job-ids.js';
import { OwnedInput } from '../owned-input.dto.js';

const shared = {
  service: 'scraper',
  category: 'jobs',
  stage: 'act',
  tags: ['jobs'],
  permissions: ['jobs:write'],
  modelsIn: ['Job'],
  modelsOut: ['Job'],
} as const;

export class UpdateJobInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;

  /** New values by field: `status` and `notes`. What a board says is the board's to change. */
  @IsDefined()
  @FitsInto(100_000, { message: '$property must be at most 100 kB' })
  @IsObject()
  changes: Record<string, unknown>;

  /** The `revision` that the changes were made against; where it is another by now, nothing is changed. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  expectedRevision?: string;

  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class UpdateJobOutput {
  @IsBoolean()
  success: boolean;

  @IsString()
  jobId: string;

  /** Fields whose value is another now, with the new value. */
  @IsObject()
  updated: Record<string, unknown>;

  @ValidateNested()
  @Type(() => JobDto)
  job: JobDto;
}

/**
 * Changes all or nothing. Fails with `jobs/not-found`, and with `jobs/bad-changes` where a field is unknown, protected
 * or has a value that it cannot hold, naming each; with `jobs/revision-conflict` where it has changed meanwhile.
 */
export const UpdateJob = defineOperation({
  ...shared,
  name: 'update_job',
  description: 'Change what the person says of a job: status and notes',
  resultRefs: { jobId: 'jobs' },
  timeoutMs: 30_000,
  input: UpdateJobInput,
  output: UpdateJobOutput,
});

export class BulkDeleteJobsInput extends OwnedInput {
  /** Either these … */
  @IsOptional()
  @JobIds()
  jobIds?: string[];

  /** … or all that meet every one of these, of which there must be one at least. */
  @IsOptional()
  @ValidateNested()
  @Type(() => JobFilters)
  filters?: JobFilters;

  /** Of one job that is named: the `revision` that it was read at; where it is another by now, it is not deleted. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  expectedRevision?: string;

  /** Say what would be deleted. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class BulkDeleteJobsOutput {
  /** False where something was named and none of it could be deleted. */
  @IsBoolean()
  success: boolean;

  /** In a dry run: how many would be. */
  @IsInt()
  jobsDeleted: number;

  @IsArray()
  @IsString({ each: true })
  jobIds: string[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => JobErrorDto)
  errors: JobErrorDto[];

  @IsBoolean()
  dryRun: boolean;

  @IsOptional()
  @IsString()
  message: string | null;
}

/**
 * Fails with `jobs/which` where it is not said which, `jobs/too-many` where filters meet more than 10,000, and
 * `jobs/revision-conflict` where the one that is named has changed meanwhile.
 */
export const BulkDeleteJobs = defineOperation({
  ...shared,
  name: 'bulk_delete_jobs',
  description: 'Delete jobs by their ids or by filters, 10,000 at most',
  timeoutMs: 120_000,
  input: BulkDeleteJobsInput,
  output: BulkDeleteJobsOutput,
});
