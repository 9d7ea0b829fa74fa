import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';

export class PlaceDto {
  @IsOptional()
  @IsString()
  city: string | null;

  @IsOptional()
  @IsString()
  region: string | null;

  /** ISO 3166-1, two letters. */
  @IsOptional()
  @IsString()
  country: string | null;
}

/** A year, before tax. */
export class YearlySalaryDto {
  @IsOptional()
  @IsNumber()
  min: number | null;

  @IsOptional()
  @IsNumber()
  max: number | null;

  /** ISO 4217. */
  @IsString()
  currency: string;
}

export class RequirementDto {
  /** As the posting says it. */
  @IsString()
  text: string;

  @IsIn(['must', 'nice'])
  kind: 'must' | 'nice';

  /** Skills that it names, by their usual names. */
  @IsArray()
  @IsString({ each: true })
  skills: string[];
}

/** Another posting of the same opening, and why they are taken for one. */
export class MergedJobDto {
  @IsString()
  jobId: string;

  @IsString()
  why: string;
}

/** What `process_jobs` has made of a posting. */
export class JobProcessingDto {
  @IsISO8601()
  processedAt: string;

  /** Of the rules; a job that was processed by older ones is new to `process_jobs`. */
  @IsInt()
  version: number;

  /** BCP 47; null where it cannot be told. */
  @IsOptional()
  @IsString()
  language: string | null;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PlaceDto)
  places: PlaceDto[];

  @IsOptional()
  @ValidateNested()
  @Type(() => YearlySalaryDto)
  salary: YearlySalaryDto | null;

  /** Terms of schema.org/employmentType. */
  @IsArray()
  @IsString({ each: true })
  employmentTypes: string[];

  @IsArray()
  @IsString({ each: true })
  skills: string[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => RequirementDto)
  requirements: RequirementDto[];

  /** The job that stands for this one; its own id where that is itself. */
  @IsString()
  canonicalJobId: string;

  /** The other postings of the same opening, whichever stands for them. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => MergedJobDto)
  merged: MergedJobDto[];

  /** An older posting of the same employer that this one repeats. */
  @IsOptional()
  @IsString()
  repostOf: string | null;

  /** Posted by an agency in place of the employer. */
  @IsBoolean()
  agency: boolean;
}
