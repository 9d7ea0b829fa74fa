import { defineFlow } from '#libs/flows';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';
import { ApplyToJobError } from './apply-to-job.flow-contract.js';

export class SendApplicationFlowInput extends OwnedInput {
  /** Of an application that is prepared. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  applicationId: string;

  /** Send it at once where the person's standing rule covers it; else they are asked. */
  @IsBoolean()
  byRule: boolean = false;

  /** How long the approval is waited for; unanswered, nothing is sent. */
  @IsInt()
  @Min(1)
  @Max(90)
  approvalDays: number = 14;

  /** Look at it, ask nobody and send nothing. */
  @IsBoolean()
  dryRun: boolean = false;
}

export const NOT_SENT = [
  'not_prepared',
  'already_applied',
  'declined',
  'approval_expired',
  'failed',
  'dry_run',
] as const;

/** What the flow answers. */
export class SendApplicationFlowResult {
  /** The application was sent, or is approved for the person to hand in. */
  @IsBoolean()
  success: boolean;

  /** Why nothing went out; null where it did. */
  @IsOptional()
  @IsIn(NOT_SENT)
  reason: (typeof NOT_SENT)[number] | null;

  @IsString()
  applicationId: string;

  /** How the application stood when the run last heard of it. */
  @IsString()
  status: string;

  @IsOptional()
  error: ApplyToJobError | null;
}

/** Contract of the flow; what may pass, such as a mail server that defers, is tried twice more, an hour apart. */
export const SendApplicationFlow = defineFlow({
  name: 'send_application',
  aliases: ['send_application_flow'],
  description: 'Ask for approval of a prepared application, and send it once it is approved',
  input: SendApplicationFlowInput,
  tags: ['applications'],
  retries: 2,
  retryDelaySeconds: 3_600,
});
