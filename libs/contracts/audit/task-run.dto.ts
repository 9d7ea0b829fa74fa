import { Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import {
  ActorDto,
  AttemptDto,
  ErrorItemDto,
  LogEntryDto,
  ProgressDto,
  ResolutionDto,
  ResultRefDto,
  RunMetadataDto,
} from './record-parts.dto.js';
import { TaskRunStatus } from './statuses.js';

/** The record of one task or direct call, however many attempts it took. Times are ISO 8601. */
export class TaskRunDto {
  @IsString()
  id: string;

  @IsString()
  operationName: string;

  @IsString()
  service: string;

  /** The one whose input it was given again. */
  @IsOptional()
  @IsString()
  replayOf: string | null;

  /** Those that were given its input again, the latest first, at most 20; only where one record is asked for. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  replays?: string[];

  /** The task's name in its flow, which may differ from the operation's; null when direct. */
  @IsOptional()
  @IsString()
  taskName: string | null;

  /** The task's place in its flow, which attempts share; null when direct. */
  @IsOptional()
  @IsInt()
  step: number | null;

  /** The step that it undoes. */
  @IsOptional()
  @IsInt()
  compensates: number | null;

  /** A success kept under this key is the answer. */
  @IsOptional()
  @IsString()
  cacheKey: string | null;

  /** The name under which its result is kept for later runs. */
  @IsOptional()
  @IsString()
  resultName: string | null;

  /** The attempt must have been begun by then. */
  @IsOptional()
  @IsISO8601()
  startBy: string | null;

  /** While there is no room at a limit: when it is scheduled again. */
  @IsOptional()
  @IsISO8601()
  deferredUntil: string | null;

  /** A person's latest word on it; an outcome is ambiguous where the error of its attempt has the disposition `halt`. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ResolutionDto)
  resolution: ResolutionDto | null;

  @IsIn(Object.values(TaskRunStatus))
  status: TaskRunStatus;

  @ValidateNested()
  @Type(() => ActorDto)
  actor: ActorDto;

  /** Number of the latest attempt, from 1. */
  @IsInt()
  attempt: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => AttemptDto)
  attempts: AttemptDto[];

  @IsString()
  idempotencyKey: string;

  /** True when a flow stands behind it. */
  @IsBoolean()
  orchestrated: boolean;

  @IsOptional()
  @IsString()
  flowRunId: string | null;

  /** The task run that made this call; null for tasks and for calls from outside. */
  @IsOptional()
  @IsString()
  parentTaskRunId: string | null;

  @IsOptional()
  @IsString()
  deploymentId: string | null;

  /** The input as the log holds it: sensitive fields are masked. A dump that is too large says so in its place. */
  @IsOptional()
  @Allow()
  inputDump: unknown;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ResultRefDto)
  resultRefs: ResultRefDto[];

  @IsOptional()
  @IsString()
  errorMessage: string | null;

  @IsOptional()
  @IsString()
  errorCode: string | null;

  @IsOptional()
  @IsString()
  errorTraceback: string | null;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ErrorItemDto)
  errorList: ErrorItemDto[];

  /** Lines that came with the outcome of a verbose run. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => LogEntryDto)
  logEntries: LogEntryDto[];

  /** Where lines that were emitted while it ran are kept: ask `list_task_logs` for this task run. */
  @IsOptional()
  @IsString()
  logsRef: string | null;

  @IsArray()
  @IsString({ each: true })
  tags: string[];

  @ValidateNested()
  @Type(() => RunMetadataDto)
  metadata: RunMetadataDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => ProgressDto)
  progress: ProgressDto | null;

  @IsOptional()
  @IsString()
  traceId: string | null;

  @IsOptional()
  @IsISO8601()
  startedAt: string | null;

  @IsOptional()
  @IsISO8601()
  finishedAt: string | null;

  /** From the first attempt's start to the end. */
  @IsOptional()
  @IsNumber()
  durationMs: number | null;

  @IsISO8601()
  createdAt: string;

  @IsISO8601()
  updatedAt: string;

  /** Sequence of the last event that this record has taken in. */
  @IsInt()
  lastSeq: number;
}
