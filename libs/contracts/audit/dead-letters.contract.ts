import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsInstant } from '../is-instant.js';
import { PageInput } from './page-input.js';
import { ActorDto, ErrorDto, RunFlagsDto } from './record-parts.dto.js';

/** What has become of a dead letter. */
export const DEAD_LETTER_STATUSES = ['open', 'retried', 'dropped'] as const;
export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number];

/** Work that was handed out too often and is kept for a person. Times are ISO 8601. */
export class DeadLetterDto {
  /** The task run's id and the attempt's number. */
  @IsString()
  id: string;

  /** The task run whose attempt it was. Not `taskRunId`, by which an output tells of its own execution. */
  @IsString()
  ofTaskRun: string;

  @IsInt()
  attempt: number;

  @IsString()
  operationName: string;

  @IsString()
  service: string;

  @IsOptional()
  @IsString()
  flowRunId: string | null;

  @ValidateNested()
  @Type(() => ActorDto)
  actor: ActorDto;

  /** Without what is sensitive. */
  @Allow()
  input: unknown;

  /** How often the broker had handed it out. */
  @IsInt()
  deliveries: number;

  @ValidateNested()
  @Type(() => ErrorDto)
  error: ErrorDto;

  @IsString()
  idempotencyKey: string;

  /** How it was to run. */
  @ValidateNested()
  @Type(() => RunFlagsDto)
  flags: RunFlagsDto;

  @IsArray()
  @IsString({ each: true })
  tags: string[];

  @IsIn(DEAD_LETTER_STATUSES)
  status: DeadLetterStatus;

  /** Who retried or dropped it. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ActorDto)
  settledBy: ActorDto | null;

  @IsOptional()
  @IsISO8601()
  settledAt: string | null;

  @IsOptional()
  @IsString()
  reason: string | null;

  /** The execution that was given its input again, the last of them. */
  @IsOptional()
  @IsString()
  retryTaskRunId: string | null;

  @IsOptional()
  @IsString()
  traceId: string | null;

  @IsISO8601()
  createdAt: string;
}

export class ListDeadLettersInput extends PageInput {
  @IsOptional()
  @IsIn(DEAD_LETTER_STATUSES)
  status?: DeadLetterStatus;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  operation?: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  flowRunId?: string;

  /** Whose; only for those who may see more than their own. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;

  /** Dead since this instant. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Dead before this instant. */
  @IsOptional()
  @IsInstant()
  to?: string;
}

export class ListDeadLettersOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => DeadLetterDto)
  items: DeadLetterDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

const ID = /^[A-Za-z0-9_-]{1,128}\.\d{1,9}$/;

export class GetDeadLetterInput {
  @Matches(ID, {
    message: 'deadLetterId must be the id of a task run, a point and the number of its attempt',
  })
  deadLetterId: string;
}

export class SettleDeadLetterInput extends GetDeadLetterInput {
  @IsIn(['retried', 'dropped'])
  as: 'retried' | 'dropped';

  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reason?: string;

  /** Of a retry: the execution that is given its input. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  retryTaskRunId?: string;

  /** Of a retry after one that came to nothing: that one, so that only one of several goes on from it. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  after?: string;
}

const shared = {
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  tags: ['audit', 'dead-letters'],
  permissions: ['audit:read'],
  modelsIn: ['DeadLetter'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

export const ListDeadLetters = defineOperation({
  ...shared,
  name: 'list_dead_letters',
  description: 'List work that was handed out too often and waits for a person',
  input: ListDeadLettersInput,
  output: ListDeadLettersOutput,
});

export const GetDeadLetter = defineOperation({
  ...shared,
  name: 'get_dead_letter',
  description: 'Get one dead letter',
  input: GetDeadLetterInput,
  output: DeadLetterDto,
});

export const SettleDeadLetter = defineOperation({
  ...shared,
  name: 'settle_dead_letter',
  description: 'Note that a dead letter is retried or dropped, by whom and why',
  permissions: ['audit:write'],
  modelsOut: ['DeadLetter'],
  input: SettleDeadLetterInput,
  output: DeadLetterDto,
});
