import { Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsNumber,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { JobProcessingDto } from './job-processing.dto.js';

/**
 * Where the person stands with a job, as they say. By itself only an application changes it: the job is `applied` once
 * it is sent or approved to be handed in, and `interesting` again where it is withdrawn before it was handed in.
 */
export const JobStatus = {
  new: 'new',
  interesting: 'interesting',
  applied: 'applied',
  rejected: 'rejected',
  archived: 'archived',
} as const;
export type JobStatus = (typeof JobStatus)[keyof typeof JobStatus];

export class SalaryDto {
  @IsOptional()
  @IsNumber()
  min: number | null;

  @IsOptional()
  @IsNumber()
  max: number | null;

  /** ISO 4217. */
  @IsOptional()
  @IsString()
  currency: string | null;

  @IsOptional()
  @IsIn(['hour', 'day', 'week', 'month', 'year'])
  period: 'hour' | 'day' | 'week' | 'month' | 'year' | null;
}

export class JobSourceDto {
  /** A source's name, as in list_sources. */
  @IsString()
  name: string;

  /** The posting's id within the source. */
  @IsString()
  postingId: string;

  /** Further ids by which the source knows the posting. */
  @Allow()
  references: Record<string, string>;
}

/** A job without its texts, as lists show it. Times are ISO 8601. */
export class JobSummaryDto {
  @IsString()
  id: string;

  @IsString()
  userId: string;

  @IsString()
  title: string;

  @IsString()
  company: string;

  @IsArray()
  @IsString({ each: true })
  locations: string[];

  /** Null where the board does not say. */
  @IsOptional()
  @IsBoolean()
  remote: boolean | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => SalaryDto)
  salary: SalaryDto | null;

  /** Terms of schema.org/employmentType. */
  @IsArray()
  @IsString({ each: true })
  employmentTypes: string[];

  @IsOptional()
  @IsISO8601()
  postedAt: string | null;

  @IsOptional()
  @IsISO8601()
  validThrough: string | null;

  @IsISO8601()
  firstSeenAt: string;

  @IsISO8601()
  lastSeenAt: string;

  @IsOptional()
  @IsString()
  url: string | null;

  @IsOptional()
  @IsString()
  applyUrl: string | null;

  /** BCP 47; null where the board does not say. */
  @IsOptional()
  @IsString()
  language: string | null;

  @IsArray()
  @IsString({ each: true })
  tags: string[];

  @ValidateNested()
  @Type(() => JobSourceDto)
  source: JobSourceDto;

  @IsIn(Object.values(JobStatus))
  status: JobStatus;

  @IsString()
  notes: string;

  /** Made in test mode. */
  @IsBoolean()
  testMode: boolean;
}

export class JobDto extends JobSummaryDto {
  /** Names what the person says of it, status and notes; another one whenever that has changed. */
  @IsOptional()
  @IsString()
  revision?: string;

  /** The description as clean text. */
  @IsString()
  description: string;

  /** The description as sanitised HTML. */
  @IsString()
  descriptionHtml: string;

  /** `snippet` where only the list was read. */
  @IsIn(['full', 'snippet'])
  detail: 'full' | 'snippet';

  /** Null until it is processed. */
  @IsOptional()
  @ValidateNested()
  @Type(() => JobProcessingDto)
  processing: JobProcessingDto | null;
}
