import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { JobErrorDto } from './item-error.dto.js';
import { JobIds } from './job-ids.js';
import { OwnedInput } from '../owned-input.dto.js';

/** What a score is made of. */
export const MATCH_PARTS = ['skills', 'title', 'place', 'salary', 'language'] as const;
export type MatchPart = (typeof MATCH_PARTS)[number];

/** Why a job is out of the question, whatever its score. */
export const EXCLUSIONS = [
  'unwanted-title',
  'blocked-employer',
  'not-remote',
  'remote',
  'language',
  'expired',
  'merged',
  'settled',
] as const;
export type ExclusionReason = (typeof EXCLUSIONS)[number];

/** How much each part counts beside the others; 0 leaves it out. */
export class MatchWeights {
  @IsNumber()
  @Min(0)
  @Max(100)
  skills: number = 5;

  @IsNumber()
  @Min(0)
  @Max(100)
  title: number = 2;

  @IsNumber()
  @Min(0)
  @Max(100)
  place: number = 1.5;

  @IsNumber()
  @Min(0)
  @Max(100)
  salary: number = 1;

  @IsNumber()
  @Min(0)
  @Max(100)
  language: number = 0.5;
}

export class ExclusionDto {
  @IsIn(EXCLUSIONS)
  why: ExclusionReason;

  /** For a person to read. */
  @IsString()
  message: string;
}

/** A line of the profile. */
export class ProfileLineDto {
  /** Within the resume, such as `work[0].highlights[2]`. */
  @IsString()
  path: string;

  @IsString()
  text: string;
}

export class MetRequirementDto {
  @IsString()
  requirement: string;

  @IsIn(['must', 'nice'])
  kind: 'must' | 'nice';

  /** The skill of it that is met; null where the line of the profile says what the requirement does. */
  @IsOptional()
  @IsString()
  skill: string | null;

  @ValidateNested()
  @Type(() => ProfileLineDto)
  by: ProfileLineDto;

  @IsNumber()
  weight: number;
}

export class MissingRequirementDto {
  @IsString()
  requirement: string;

  @IsIn(['must', 'nice'])
  kind: 'must' | 'nice';

  /** The skills of it that no line of the profile names. */
  @IsArray()
  @IsString({ each: true })
  skills: string[];
}

export class MatchPartDto {
  /** From 0 to 1; null where there is nothing to go by, and then it does not count. */
  @IsOptional()
  @IsNumber()
  score: number | null;

  @IsNumber()
  weight: number;

  /** For a person to read. */
  @IsString()
  why: string;
}

export class MatchJobInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => MatchWeights)
  weights?: MatchWeights;
}

export class MatchJobOutput {
  @IsString()
  jobId: string;

  /** From 0 to 1. */
  @IsNumber()
  score: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => ExclusionDto)
  excluded: ExclusionDto | null;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => MetRequirementDto)
  met: MetRequirementDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => MissingRequirementDto)
  missing: MissingRequirementDto[];

  /** What the posting asks for and rules cannot judge: a person has to. They do not count. */
  @IsArray()
  @IsString({ each: true })
  unjudged: string[];

  /** By their names. */
  @IsObject()
  parts: Record<MatchPart, MatchPartDto>;

  @IsInt()
  profileVersion: number;
}

export class MatchJobsInput extends OwnedInput {
  /** All that are processed and stand for an opening unless said otherwise. */
  @IsOptional()
  @JobIds()
  jobIds?: string[];

  /** From 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  threshold: number = 0.8;

  /** How many of the best to answer with: 1 to 1000. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  top: number = 100;

  @IsOptional()
  @ValidateNested()
  @Type(() => MatchWeights)
  weights?: MatchWeights;
}

export class MatchDto {
  @IsString()
  jobId: string;

  @IsNumber()
  score: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => ExclusionDto)
  excluded: ExclusionDto | null;
}

export class MatchJobsOutput {
  @IsBoolean()
  success: boolean;

  /** The best first, what is excluded last. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => MatchDto)
  matches: MatchDto[];

  /** Those of the matches that reach the threshold and are not excluded, the best first. */
  @IsArray()
  @IsString({ each: true })
  highMatches: string[];

  @IsInt()
  jobsMatched: number;

  @IsInt()
  jobsExcluded: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => JobErrorDto)
  errors: JobErrorDto[];

  @IsInt()
  profileVersion: number;
}

const shared = {
  service: 'scraper',
  category: 'matching',
  stage: 'decide',
  tags: ['jobs', 'matching'],
  permissions: ['jobs:read'],
  modelsIn: ['Job', 'Profile'],
} as const;

/**
 * Fails with `jobs/not-found`, and with what get_profile fails with. A job that is not processed is read on the way;
 * nothing is kept.
 */
export const MatchJob = defineOperation({
  ...shared,
  name: 'match_job',
  description: 'Score a job against the profile of the person, with every reason',
  resultRefs: { jobId: 'jobs' },
  timeoutMs: 60_000,
  input: MatchJobInput,
  output: MatchJobOutput,
});

/** The same score for many; an id of a merged posting is taken for the one that stands for it. */
export const MatchJobs = defineOperation({
  ...shared,
  name: 'match_jobs',
  description: 'Score many jobs against the profile of the person, and say which are the best',
  resultRefs: { highMatches: 'jobs' },
  timeoutMs: 600_000,
  input: MatchJobsInput,
  output: MatchJobsOutput,
});
