import { defineFlow } from '#libs/flows';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  Max,
} from 'class-validator';
import { CHANNELS } from '../documents/preferences.dto.js';
import type { Channel } from '../documents/preferences.dto.js';
import { OwnedInput } from '../owned-input.dto.js';

export class ApplyToJobFlowInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  cvTemplate: string = 'default';

  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  letterTemplate: string = 'default';

  /** E-mail where the job names one address and an account is set up, else a form. */
  @IsOptional()
  @IsIn(CHANNELS, { message: `$property must be one of ${CHANNELS.join(', ')}` })
  channel?: Channel;

  /** How long the approval is waited for; unanswered, nothing is sent. */
  @IsInt()
  @Min(1)
  @Max(90)
  approvalDays: number = 14;

  /** Write and check everything, keep nothing, ask nobody and send nothing. */
  @IsBoolean()
  dryRun: boolean = false;
}

/** What went wrong, and whether somebody decided it so. */
export class ApplyToJobError {
  @IsString()
  code: string;

  @IsString()
  message: string;
}

/** What the flow answers; the ids say how far it came. */
export class ApplyToJobFlowResult {
  /** The application was sent, or is approved for the person to hand in. */
  @IsBoolean()
  success: boolean;

  /** Why nothing went out; null where it did. */
  @IsOptional()
  @IsIn(['declined', 'approval_expired', 'failed', 'dry_run'])
  reason: 'declined' | 'approval_expired' | 'failed' | 'dry_run' | null;

  @IsOptional()
  @IsString()
  cvId: string | null;

  @IsOptional()
  @IsString()
  letterId: string | null;

  @IsOptional()
  @IsString()
  applicationId: string | null;

  /** As apply_job says it: `sent` or `to_hand_in`. */
  @IsOptional()
  @IsString()
  status: string | null;

  @IsOptional()
  error: ApplyToJobError | null;
}

/** Contract of the flow; it is tried once more after 120 s, with what had succeeded. */
export const ApplyToJobFlow = defineFlow({
  name: 'apply_to_job',
  aliases: ['apply_to_job_flow'],
  description: 'Write CV and letter for a job, ask for approval of exactly what would go out, and send it',
  input: ApplyToJobFlowInput,
  tags: ['applications'],
  retries: 1,
  retryDelaySeconds: 120,
});
