import { IsBoolean, IsIn, IsNumber, IsOptional, IsString, Max, Min } from 'class-validator';
import { defineFlow } from '#libs/flows';
import { ApplyToJobFlowInput, ApplyToJobError } from './apply-to-job.flow-contract.js';

export class SmartJobApplicationFlowInput extends ApplyToJobFlowInput {
  /** Jobs that fit less well are not applied to: from 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  autoApplyThreshold: number = 0.9;
}

export const NOT_APPLIED = [
  'match_failed',
  'low_match_score',
  'excluded',
  'cv_generation_failed',
  'letter_generation_failed',
  'declined',
  'approval_expired',
  'failed',
  'dry_run',
] as const;

/** What the flow answers; the ids say how far it came. */
export class SmartJobApplicationFlowResult {
  @IsBoolean()
  applied: boolean;

  /** Why it was not applied; null where it was. */
  @IsOptional()
  @IsIn(NOT_APPLIED)
  reason: (typeof NOT_APPLIED)[number] | null;

  /** From 0 to 1; null where the job could not be matched. */
  @IsOptional()
  @IsNumber()
  matchScore: number | null;

  @IsOptional()
  @IsString()
  cvId: string | null;

  @IsOptional()
  @IsString()
  letterId: string | null;

  @IsOptional()
  @IsString()
  applicationId: string | null;

  @IsOptional()
  error: ApplyToJobError | null;
}

export const SmartJobApplicationFlow = defineFlow({
  name: 'smart_job_application',
  aliases: ['smart_job_application_flow'],
  description: 'Apply to a job if it fits well enough, by approval or by the standing rule',
  input: SmartJobApplicationFlowInput,
  tags: ['applications', 'matching'],
});
