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
export type MatchWeights = Readonly<Record<MatchPart, number>>;

/** Where neither the installation nor the call says otherwise. */
export const STANDARD_WEIGHTS: MatchWeights = { skills: 5, title: 2, place: 1.5, salary: 1, language: 0.5 };

const Weight = (): PropertyDecorator => (target, property) => {
  for (const decorate of [IsOptional(), IsNumber(), Min(0), Max(100)]) decorate(target, property);
};

/** Weights for one call; a part that is left out counts as the installation has it. */
export class MatchWeightsInput {
  @Weight()
  skills?: number;

  @Weight()
  title?: number;

  @Weight()
  place?: number;

  @Weight()
  salary?: number;

  @Weight()
  language?: number;
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

/** What a model says, where one is set up. */
export class ModelScoreDto {
  /** From 0 to 1; null where it was not asked or did not answer. */
  @IsOptional()
  @IsNumber()
  score: number | null;

  /** By the rules alone. */
  @IsNumber()
  rules: number;

  /** How much of the score is the model's, from 0 to 1. */
  @IsNumber()
  weight: number;

  @IsOptional()
  @IsString()
  model: string | null;

  /** For a person to read. */
  @IsString()
  why: string;
}

/** Who scores: rules alone, or a model beside them. */
export const SCORERS = ['rules', 'model'] as const;
export type Scorer = (typeof SCORERS)[number];

export class MatchJobInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => MatchWeightsInput)
  weights?: MatchWeightsInput;

  /** A model too where one is set up, unless said otherwise. */
  @IsOptional()
  @IsIn(SCORERS)
  scorer?: Scorer;
}

export class MatchJobOutput {
  @IsString()
  jobId: string;

  /** From 0 to 1. */
  @IsNumber()
  score: number;

  /** Beside it: what a model says; left out where none is asked. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ModelScoreDto)
  model?: ModelScoreDto;

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
  @Type(() => MatchWeightsInput)
  weights?: MatchWeightsInput;

  /** A model too where one is set up, unless said otherwise. */
  @IsOptional()
  @IsIn(SCORERS)
  scorer?: Scorer;
}

export class MatchDto {
  @IsString()
  jobId: string;

  @IsString()
  title: string;

  @IsString()
  company: string;

  /** What two spellings of one employer have in common; empty where that cannot be told. */
  @IsString()
  employer: string;

  /** All postings of the opening, this one among them. */
  @IsArray()
  @IsString({ each: true })
  postings: string[];

  @IsNumber()
  score: number;

  /** Left out where no model is asked: of many, about the best by the rules only. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ModelScoreDto)
  model?: ModelScoreDto;

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
