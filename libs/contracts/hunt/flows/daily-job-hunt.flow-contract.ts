import { defineFlow } from '#libs/flows';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { ApplyToJobError } from './apply-to-job.flow-contract.js';
import { SourcesFlowInput } from './sources-flow-input.dto.js';

export class DailyJobHuntFlowInput extends SourcesFlowInput {
  /** Postings wanted at most of each source and keyword: 1 to 1000. */
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 50;

  /** Jobs that fit less well are left alone: from 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  matchThreshold: number = 0.8;

  /** Applications made ready at most, for the jobs that fit best, one for each employer: 1 to 50. */
  @IsInt()
  @Min(1)
  @Max(50)
  top: number = 5;

  /** Send by the person's standing rule what it covers; everything else is asked for. */
  @IsBoolean()
  autoApply: boolean = false;

  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  cvTemplate: string = 'default';

  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  letterTemplate: string = 'default';

  /** How long each approval is waited for; unanswered, nothing is sent. */
  @IsInt()
  @Min(1)
  @Max(90)
  approvalDays: number = 14;
}

export const HUNT_APPLICATION_STATUSES = [
  'waiting',
  'by_rule',
  'already_applied',
  'failed',
  'dry_run',
] as const;
export type HuntApplicationStatus = (typeof HUNT_APPLICATION_STATUSES)[number];

/** What became of one of the best jobs. */
export class HuntApplication {
  @IsString()
  jobId: string;

  @IsString()
  title: string;

  @IsString()
  company: string;

  /** From 0 to 1. */
  @IsNumber()
  score: number;

  /** The run `runId` goes on with it: `waiting` for the person's word, or `by_rule` where that covers it. */
  @IsIn(HUNT_APPLICATION_STATUSES)
  status: HuntApplicationStatus;

  @IsOptional()
  @IsString()
  cvId: string | null;

  @IsOptional()
  @IsString()
  letterId: string | null;

  @IsOptional()
  @IsString()
  applicationId: string | null;

  /** The run of send_application that has it in hand; null where none does. */
  @IsOptional()
  @IsString()
  runId: string | null;

  @IsOptional()
  error: ApplyToJobError | null;
}

/**
 * `nothing_new`: there is an application to every job that fits well already. `all_failed`: no application could be
 * made ready; each says why.
 */
export const HUNT_REASONS = [
  'no_profile',
  'no_jobs_found',
  'no_high_matches',
  'nothing_new',
  'all_failed',
] as const;

/** What a source gave to a hunt, over all keywords. */
export class HuntSource {
  @IsString()
  source: string;

  /** False where none of its searches came through. */
  @IsBoolean()
  success: boolean;

  @IsInt()
  jobsFound: number;

  /** Those of them that no search had found before. */
  @IsInt()
  jobsCreated: number;

  /** What did not come through; null where everything did. */
  @IsOptional()
  @IsString()
  message: string | null;
}

/** What the flow answers. */
export class DailyJobHuntFlowResult {
  /** False for `no_profile`, `no_jobs_found` and `all_failed`. */
  @IsBoolean()
  success: boolean;

  /** Why nothing came of it; null where it went its whole way. */
  @IsOptional()
  @IsIn(HUNT_REASONS)
  reason: (typeof HUNT_REASONS)[number] | null;

  /** Jobs that the searches found, new or seen before. */
  @IsInt()
  jobsScraped: number;

  /** Jobs among them that reach the threshold and are not excluded. */
  @IsInt()
  highMatches: number;

  @IsInt()
  cvsGenerated: number;

  /** The best first, one for each employer. Jobs to which there is an application already are not among them. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => HuntApplication)
  applications: HuntApplication[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => HuntSource)
  sources: HuntSource[];
}

/** Contract of the flow; it is tried once more after 300 s, with what had succeeded. */
export const DailyJobHuntFlow = defineFlow({
  name: 'daily_job_hunt',
  aliases: ['daily_job_hunt_flow'],
  description:
    'Search, process and match, write documents for the best jobs, and ask for approval of each application',
  input: DailyJobHuntFlowInput,
  tags: ['hunt'],
  retries: 1,
  retryDelaySeconds: 300,
  timeoutSeconds: 3_600,
});
