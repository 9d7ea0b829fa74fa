import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsInstant } from '../../is-instant.js';
import { FitsInto } from '../fits-into.js';
import { JobErrorDto } from './item-error.dto.js';
import { OwnedInput } from '../owned-input.dto.js';

const WEB = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };
const NO_ADDRESS = { message: '$property must be an http or https address' };

export class NewSalary {
  @IsOptional()
  @IsNumber()
  @Min(0)
  min?: number | null;

  @IsOptional()
  @IsNumber()
  @Min(0)
  max?: number | null;

  @Matches(/^[A-Z]{3}$/, { message: '$property must be a currency of ISO 4217, such as EUR' })
  currency: string;

  @IsIn(['hour', 'day', 'week', 'month', 'year'])
  period: 'hour' | 'day' | 'week' | 'month' | 'year' = 'year';
}

/** An opening that the person brings. */
export class NewJob {
  /** What it is known by: the same id again updates the job. Made of employer, title, places and address by default. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  postingId?: string;

  @IsString()
  @Matches(/\S/, { message: '$property must say what the opening is' })
  @MaxLength(500)
  title: string;

  @IsString()
  @Matches(/\S/, { message: '$property must name the employer' })
  @MaxLength(300)
  company: string;

  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(200, { each: true })
  locations: string[] = [];

  @IsOptional()
  @IsBoolean()
  remote?: boolean | null;

  /** Plain text or HTML, of which the first 200,000 characters are kept. */
  @IsString()
  @MaxLength(2_000_000)
  description: string = '';

  @IsOptional()
  @ValidateNested()
  @Type(() => NewSalary)
  salary?: NewSalary | null;

  /** As the posting says it, in English or German. */
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  employmentTypes: string[] = [];

  @IsOptional()
  @IsInstant()
  postedAt?: string | null;

  @IsOptional()
  @IsInstant()
  validThrough?: string | null;

  @IsOptional()
  @IsUrl(WEB, NO_ADDRESS)
  @MaxLength(2_000)
  url?: string | null;

  @IsOptional()
  @IsUrl(WEB, NO_ADDRESS)
  @MaxLength(2_000)
  applyUrl?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(35)
  language?: string | null;

  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  tags: string[] = [];
}

/** The gateway takes 5 MB and the broker 8 MB for a whole call; the rest of it needs some room. */
const MOST_BYTES = 4_000_000;

export class CreateJobsBatchInput extends OwnedInput {
  /** Each as NewJob; one that is not so is told in `errors`, and the others are kept. */
  @IsArray({ message: '$property must be a list of jobs' })
  @ArrayNotEmpty({ message: '$property must hold at least one job' })
  @ArrayMaxSize(1_000)
  @FitsInto(MOST_BYTES, { message: '$property must be at most 4 MB in all: bring them in several calls' })
  @IsObject({ each: true })
  jobs: Record<string, unknown>[];

  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class CreateJobsBatchOutput {
  /** False where none of them could be kept. */
  @IsBoolean()
  success: boolean;

  @IsInt()
  jobsCreated: number;

  @IsInt()
  jobsUpdated: number;

  /** Of those that could be kept, in their order. In a dry run: the ids that they would have. */
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

/** Safe to repeat: a job that is known is updated. */
export const CreateJobsBatch = defineOperation({
  name: 'create_jobs_batch',
  service: 'scraper',
  category: 'jobs',
  stage: 'load',
  description: 'Keep openings that the person brings, up to 1,000 at once',
  tags: ['jobs'],
  permissions: ['jobs:write'],
  modelsOut: ['Job'],
  resultRefs: { jobIds: 'jobs' },
  timeoutMs: 120_000,
  input: CreateJobsBatchInput,
  output: CreateJobsBatchOutput,
});
