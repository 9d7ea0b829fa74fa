import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBase64,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsInstant } from '../../is-instant.js';
import { CHANNELS } from '../documents/preferences.dto.js';
import type { Channel } from '../documents/preferences.dto.js';
import { ApplicationStatus, STATUSES_BY_HAND } from './application-status.js';
import type { StatusByHand } from './application-status.js';
import { ApplicationDto, ApplicationSummaryDto } from './application.dto.js';
import { OwnedInput } from '../owned-input.dto.js';

/** Fields that applications can be sorted by; a leading `-` means from the latest or from Z. */
export const APPLICATION_SORTS = [
  'updatedAt',
  '-updatedAt',
  'preparedAt',
  '-preparedAt',
  'company',
  '-company',
] as const;
export type ApplicationSort = (typeof APPLICATION_SORTS)[number];

/** How many jobs one call may name. */
const MOST_JOBS_ASKED = 1_000;

class OneApplicationInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  applicationId: string;
}

export class GetApplicationInput extends OneApplicationInput {}

export class GetApplicationFileInput extends OneApplicationInput {
  /** Of one of its attachments or of its `picture`, or its `mailSha256`. */
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be a SHA-256 in hex' })
  sha256: string;
}

export class ApplicationFileDto {
  @IsString()
  fileName: string;

  @IsString()
  mediaType: string;

  @IsInt()
  bytes: number;

  @IsString()
  sha256: string;

  @IsBase64()
  content: string;
}

export class UpdateApplicationInput extends OneApplicationInput {
  /** How it stands, said by hand; `failed` says that it did not go out. */
  @IsOptional()
  @IsIn(STATUSES_BY_HAND, { message: `$property must be one of ${STATUSES_BY_HAND.join(', ')}` })
  status?: StatusByHand;

  /** What is to stand in the history beside the change. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  note?: string;

  /** The person's notes, in place of those that are there. */
  @IsOptional()
  @IsString()
  @MaxLength(20_000)
  notes?: string;

  /** The `revision` that the change was made against; where it is another by now, nothing is changed. */
  @IsOptional()
  @IsInt()
  @Min(1)
  expectedRevision?: number;

  /** Check only. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class WithdrawApplicationInput extends OneApplicationInput {
  /** Only where it is prepared, and this is its `sha256`; anything else stays as it is. */
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be a SHA-256 in hex' })
  preparedSha256?: string;

  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  reason?: string;

  /** As for `update_application`. */
  @IsOptional()
  @IsInt()
  @Min(1)
  expectedRevision?: number;

  /** Check only. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class ApplicationChangeOutput {
  @IsBoolean()
  success: boolean;

  @IsString()
  applicationId: string;

  @IsIn(Object.values(ApplicationStatus))
  status: ApplicationStatus;

  /** Names of the fields that have changed. */
  @IsArray()
  @IsString({ each: true })
  changed: string[];

  @IsString()
  message: string;

  @IsBoolean()
  dryRun: boolean;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

export class ListApplicationsInput extends OwnedInput {
  @IsOptional()
  @IsIn(Object.values(ApplicationStatus))
  status?: ApplicationStatus;

  @IsOptional()
  @IsIn(CHANNELS)
  channel?: Channel;

  /** Those whose employer's name holds this, whatever its case. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  company?: string;

  /** Those to this job or to another posting of the same opening. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId?: string;

  /** Those to any of these jobs or to another posting of the same openings; none for an empty list. */
  @IsOptional()
  @IsArray({ message: '$property must be a list of ids of jobs' })
  @ArrayMaxSize(MOST_JOBS_ASKED, {
    message: `$property may hold ${MOST_JOBS_ASKED} ids at most: ask in several calls`,
  })
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(128, { each: true })
  jobIds?: string[];

  /** Prepared at or after this instant. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Prepared before this instant. */
  @IsOptional()
  @IsInstant()
  to?: string;

  /** Show what was made in test mode too. */
  @IsOptional()
  @IsBoolean()
  includeTest?: boolean;

  /** What changed last comes first unless said otherwise. */
  @IsIn(APPLICATION_SORTS, { message: `$property must be one of ${APPLICATION_SORTS.join(', ')}` })
  sort: ApplicationSort = '-updatedAt';

  /** 1 to 500. */
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;

  /** `nextCursor` of the page before, with the same filters and sorting. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;
}

export class ListApplicationsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ApplicationSummaryDto)
  items: ApplicationSummaryDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

const shared = {
  service: 'applier',
  category: 'applications',
  tags: ['applications'],
  modelsIn: ['Application'],
} as const;

const reading = {
  ...shared,
  stage: 'observe',
  permissions: ['applications:read'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

const writing = {
  ...shared,
  stage: 'act',
  permissions: ['applications:write', 'jobs:write'],
  modelsOut: ['Application'],
  resultRefs: { applicationId: 'applications' },
  output: ApplicationChangeOutput,
  timeoutMs: 30_000,
} as const;

/** Fails with `applier/unknown-application` where there is none that the person may see; so do those below. */
export const GetApplication = defineOperation({
  ...reading,
  name: 'get_application',
  description: 'Get one application whole: what goes or went out, its warnings and its history',
  input: GetApplicationInput,
  output: ApplicationDto,
});

/** Fails with `applier/unknown-file` where the application has no such file. */
export const GetApplicationFile = defineOperation({
  ...reading,
  name: 'get_application_file',
  description:
    'Get a file of an application: an attachment, the whole mail as it went out, or the picture of a filled form',
  input: GetApplicationFileInput,
  output: ApplicationFileDto,
});

export const ListApplications = defineOperation({
  ...reading,
  name: 'list_applications',
  description: 'List applications by filters, without their texts',
  input: ListApplicationsInput,
  output: ListApplicationsOutput,
});

/**
 * Fails with `applier/not-possible` where an application cannot go from how it stands to how it is said to stand, and
 * with `applier/revision-conflict` where it has changed meanwhile.
 */
export const UpdateApplication = defineOperation({
  ...writing,
  name: 'update_application',
  description: 'Say by hand how an application stands, or change the notes on it',
  input: UpdateApplicationInput,
});

/** Tells the employer nothing. Fails with `applier/not-possible` while it is on its way, and `applier/revision-conflict`. */
export const WithdrawApplication = defineOperation({
  ...writing,
  name: 'withdraw_application',
  description: 'Withdraw an application: one that is prepared is not sent, one that was sent is marked',
  input: WithdrawApplicationInput,
});
