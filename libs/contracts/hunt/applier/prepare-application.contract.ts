import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { CHANNELS } from '../documents/preferences.dto.js';
import type { Channel } from '../documents/preferences.dto.js';
import { ApplicationWarningDto, AttachmentDto } from './application.dto.js';
import { OwnedInput } from '../owned-input.dto.js';

export class PrepareApplicationInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  cvId: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  letterId?: string | null;

  /** E-mail where the job names one address and an account is set up, else a form. */
  @IsOptional()
  @IsIn(CHANNELS, { message: `$property must be one of ${CHANNELS.join(', ')}` })
  channel?: Channel;

  /** Keep nothing. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

/** Exactly what would go out. */
export class PrepareApplicationOutput {
  @IsBoolean()
  success: boolean;

  /** In a dry run: the id that it would have. */
  @IsString()
  applicationId: string;

  @IsIn(['prepared'])
  status: 'prepared';

  /** What an approval has to name. */
  @IsString()
  sha256: string;

  @IsIn(CHANNELS)
  channel: Channel;

  @IsOptional()
  @IsString()
  from: string | null;

  @IsOptional()
  @IsString()
  replyTo: string | null;

  @IsOptional()
  @IsString()
  to: string | null;

  @IsString()
  subject: string;

  /** The mail's text, or the filled summary of a form. */
  @IsString()
  text: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => AttachmentDto)
  attachments: AttachmentDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ApplicationWarningDto)
  warnings: ApplicationWarningDto[];

  @IsOptional()
  @IsString()
  applyUrl: string | null;

  @IsBoolean()
  dryRun: boolean;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

/**
 * Fails with `applier/already-applied` where an application to the same opening went out, `applier/no-address` and
 * `applier/no-mail-account` where e-mail was asked for and cannot be, `applier/no-sender` where the profile names
 * no address, and with what get_job, get_profile and get_document fail with.
 */
export const PrepareApplication = defineOperation({
  name: 'prepare_application',
  service: 'applier',
  category: 'applications',
  stage: 'decide',
  description: 'Make an application ready and show exactly what would go out; nothing is sent',
  tags: ['applications'],
  permissions: ['applications:write'],
  modelsIn: ['Job', 'Profile', 'Cv', 'Letter'],
  modelsOut: ['Application'],
  resultRefs: { applicationId: 'applications' },
  timeoutMs: 60_000,
  input: PrepareApplicationInput,
  output: PrepareApplicationOutput,
});
