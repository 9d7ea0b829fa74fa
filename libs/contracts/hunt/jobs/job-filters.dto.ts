import { IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsInstant } from '../../is-instant.js';
import { JobStatus } from '../job.dto.js';
import { SOURCE_NAMES, UNKNOWN_SOURCE } from '../source-names.js';
import type { SourceName } from '../source-names.js';

/** Which jobs are meant; a job has to meet every filter. What goes by `process_jobs` meets processed jobs only. */
export class JobFilters {
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

  /** First seen at or after this instant. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** First seen before this instant. */
  @IsOptional()
  @IsInstant()
  to?: string;

  /** Whether `process_jobs` has read it. */
  @IsOptional()
  @IsBoolean()
  processed?: boolean;

  /** Jobs that name this skill, by its usual name. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  skill?: string;

  /** Jobs written in this language, of two or three letters. */
  @IsOptional()
  @IsString()
  @Length(2, 3)
  language?: string;

  /** Jobs in this country, ISO 3166-1, two letters. */
  @IsOptional()
  @IsString()
  @Length(2, 2)
  country?: string;

  /** Whether an agency posted it. */
  @IsOptional()
  @IsBoolean()
  agency?: boolean;

  /** Leave out postings for which another one of the same opening stands. */
  @IsOptional()
  @IsBoolean()
  withoutDuplicates?: boolean;

  /** Take what was made in test mode too. */
  @IsOptional()
  @IsBoolean()
  includeTest?: boolean;
}
