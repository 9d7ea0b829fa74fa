import {
  Allow,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import { CHANNELS, RESOLUTIONS } from './statuses.js';

/** On whose behalf something happened, and by which way it came in. */
export class ActorDto {
  @IsString()
  userId: string;

  @IsIn(CHANNELS)
  channel: (typeof CHANNELS)[number];

  /** Who really asked, where somebody acted for the user. */
  @IsOptional()
  @IsString()
  by?: string;
}

/** How an attempt or a run ended badly. */
export class ErrorDto {
  @IsString()
  code: string;

  @IsString()
  message: string;

  @IsIn(['retry', 'terminal', 'halt'])
  disposition: 'retry' | 'terminal' | 'halt';

  /** What the other side asked to wait, in milliseconds. */
  @IsOptional()
  @IsNumber()
  retryAfterMs?: number;

  @IsOptional()
  @IsString()
  traceback?: string;
}

/** What a person has said about an outcome of which nobody knows whether it took effect. */
export class ResolutionDto {
  @IsIn(RESOLUTIONS)
  as: (typeof RESOLUTIONS)[number];

  @ValidateNested()
  @Type(() => ActorDto)
  by: ActorDto;

  @IsISO8601()
  at: string;

  @IsOptional()
  @IsString()
  message: string | null;
}

/** One try of a task. */
export class AttemptDto {
  /** From 1. */
  @IsInt()
  attempt: number;

  @IsOptional()
  @IsISO8601()
  startedAt: string | null;

  @IsOptional()
  @IsISO8601()
  finishedAt: string | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => ErrorDto)
  error: ErrorDto | null;

  /** How often the broker handed this attempt out. */
  @IsOptional()
  @IsInt()
  deliveries: number | null;

  /** The process that ran it. */
  @IsOptional()
  @IsString()
  by: string | null;

  /** Null where nobody had to say how it ended. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ResolutionDto)
  resolution: ResolutionDto | null;
}

/** A document that an operation made or touched. */
export class ResultRefDto {
  @IsString()
  collection: string;

  @IsString()
  documentId: string;
}

/** One thing that was wrong: a refused field of the input, or one item of bulk work. */
export class ErrorItemDto {
  @IsOptional()
  @IsString()
  field?: string;

  @IsOptional()
  @IsString()
  item?: string;

  @IsString()
  message: string;

  @IsOptional()
  @IsString()
  code?: string;

  @IsOptional()
  @Allow()
  value?: unknown;
}

/** A log line that travelled in a verbose run's outcome. */
export class LogEntryDto {
  @IsIn(['debug', 'info', 'warn', 'error'])
  level: 'debug' | 'info' | 'warn' | 'error';

  @IsString()
  message: string;

  @IsISO8601()
  at: string;

  @IsOptional()
  @Allow()
  fields?: Record<string, unknown>;
}

/** How a run was asked to behave. */
export class RunFlagsDto {
  @IsBoolean()
  dryRun: boolean;

  @IsBoolean()
  testMode: boolean;

  @IsBoolean()
  verbose: boolean;
}

/** How an execution was asked to behave, and how long its last attempt ran. */
export class RunMetadataDto extends RunFlagsDto {
  /** Milliseconds of the last finished attempt; null before. */
  @IsOptional()
  @IsNumber()
  executionTime: number | null;
}

/** How far running work is; told by the service while it runs, and gone from the record's history. */
export class ProgressDto {
  @IsNumber()
  done: number;

  @IsOptional()
  @IsNumber()
  total?: number;

  @IsOptional()
  @IsString()
  message?: string;
}

/** Numbers of tasks by status. `pending` + `running` + … = `total`. */
export class TaskCountsDto {
  @IsInt()
  total: number;

  @IsInt()
  pending: number;

  @IsInt()
  running: number;

  @IsInt()
  success: number;

  @IsInt()
  failed: number;

  @IsInt()
  cancelled: number;

  @IsInt()
  cached: number;
}
