import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsIn,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsInstant } from '../../is-instant.js';
import { CHANNELS } from '../documents/preferences.dto.js';
import type { Channel } from '../documents/preferences.dto.js';
import { ApplicationStatus } from './application-status.js';
import { OwnedInput } from '../owned-input.dto.js';

export class ApprovalInput {
  @IsIn(['person', 'standing-rule'])
  kind: 'person' | 'standing-rule';

  /** Who has approved; whose rule it is. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  by: string;

  @IsInstant()
  at: string;

  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  comment?: string;
}

export class ApplyJobInput extends OwnedInput {
  /** Of a prepared application; may be left out where job, CV and letter name it. */
  @ValidateIf((input: ApplyJobInput) => input.applicationId !== undefined || input.jobId === undefined)
  @IsString({ message: '$property or jobId must say which application is meant' })
  @IsNotEmpty()
  @MaxLength(128)
  applicationId?: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId?: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  cvId?: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  letterId?: string | null;

  /** `sha256` of prepare_application, as it was shown to who approved. */
  @Matches(/^[0-9a-f]{64}$/, {
    message: '$property must be a SHA-256 in hex, as prepare_application gives it',
  })
  approvedSha256: string;

  @IsDefined({ message: '$property must say who has approved: {kind, by, at}' })
  @ValidateNested()
  @Type(() => ApprovalInput)
  approval: ApprovalInput;

  /** Check everything, send nothing and keep nothing. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class ApplyJobOutput {
  @IsBoolean()
  success: boolean;

  @IsString()
  applicationId: string;

  /** `sent`, or `to_hand_in` for a form; `prepared` in a dry run. */
  @IsIn(Object.values(ApplicationStatus))
  status: ApplicationStatus;

  @IsIn(CHANNELS)
  channel: Channel;

  /** Of what went out. */
  @IsString()
  sha256: string;

  @IsOptional()
  @IsString()
  to: string | null;

  @IsOptional()
  @IsString()
  applyUrl: string | null;

  @IsOptional()
  @IsISO8601()
  sentAt: string | null;

  @IsOptional()
  @IsString()
  messageId: string | null;

  /** What has happened, in a sentence. */
  @IsString()
  message: string;

  @IsBoolean()
  dryRun: boolean;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

/**
 * Sends what was approved, once. Refuses with `applier/not-approved` (something else would go out),
 * `applier/already-applied`, `applier/not-prepared`, `applier/daily-limit`, `applier/standing-rule`,
 * `applier/outcome-unknown`; fails with `applier/mail-refused` (for good) or `applier/mail-deferred` (later), after
 * both of which nothing went out, and with `operation/ambiguous` where that is unknown.
 */
export const ApplyJob = defineOperation({
  name: 'apply_job',
  service: 'applier',
  category: 'applications',
  stage: 'act',
  description:
    'Send a prepared application exactly as it was approved, or hand it to the person as a filled form',
  tags: ['applications'],
  permissions: ['applications:send', 'jobs:write'],
  modelsIn: ['Application', 'Job', 'Profile'],
  modelsOut: ['Application'],
  resultRefs: { applicationId: 'applications' },
  execution: 'at-most-once',
  timeoutMs: 180_000,
  input: ApplyJobInput,
  output: ApplyJobOutput,
});
