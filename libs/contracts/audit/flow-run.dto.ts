import { Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { ActorDto, ErrorDto, RunFlagsDto, TaskCountsDto } from './record-parts.dto.js';
import {
  CancellingDto,
  CompensatingDto,
  HaltDto,
  PauseDto,
  ResumedDto,
  TriggeredByDto,
} from './run-course.dto.js';
import { FlowRunStatus } from './statuses.js';
import { FlowWaitDto } from './wait.dto.js';

/** The record of one run of a flow. Times are ISO 8601. */
export class FlowRunDto {
  @IsString()
  id: string;

  @IsString()
  flow: string;

  /** Null until an orchestrator has taken the run. */
  @IsOptional()
  @IsString()
  version: string | null;

  @IsIn(Object.values(FlowRunStatus))
  status: FlowRunStatus;

  /** The flow's input as the log holds it. */
  @IsOptional()
  @Allow()
  parameters: unknown;

  @IsArray()
  @IsString({ each: true })
  tags: string[];

  @ValidateNested()
  @Type(() => ActorDto)
  actor: ActorDto;

  @IsOptional()
  @IsString()
  parentFlowRunId: string | null;

  @IsOptional()
  @IsString()
  deploymentId: string | null;

  /** The run that it began with the work of. */
  @IsOptional()
  @IsString()
  restartedFrom: string | null;

  /** Who asked for the restart; the run works for whom the old one worked for. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ActorDto)
  restartedBy: ActorDto | null;

  /** The first step that was done anew; null where every success was kept. */
  @IsOptional()
  @IsInt()
  restartedAtStep: number | null;

  /** What had happened that a trigger of its deployment fired at; null where none did. */
  @IsOptional()
  @ValidateNested()
  @Type(() => TriggeredByDto)
  triggeredBy: TriggeredByDto | null;

  /** The run whose work it goes on with, after that one ended by `continueAsNew`. */
  @IsOptional()
  @IsString()
  continues: string | null;

  /** The run that goes on with its work; it has completed, and its result is that run's. */
  @IsOptional()
  @IsString()
  continuedBy: string | null;

  @IsOptional()
  @IsString()
  idempotencyKey: string | null;

  @IsOptional()
  @IsString()
  traceId: string | null;

  /** From 1; rises with each retry of the whole flow. */
  @IsInt()
  attempt: number;

  @IsOptional()
  @Allow()
  result: unknown;

  @IsOptional()
  @ValidateNested()
  @Type(() => ErrorDto)
  error: ErrorDto | null;

  /** What it waits for beside its tasks, in the order of asking; the first 100. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => FlowWaitDto)
  waitingFor: FlowWaitDto[];

  /** How many such waits there are. */
  @IsInt()
  waitingForTotal: number;

  /** Only while it is paused. */
  @IsOptional()
  @ValidateNested()
  @Type(() => PauseDto)
  pause: PauseDto | null;

  /** Only while it is halted. */
  @IsOptional()
  @ValidateNested()
  @Type(() => HaltDto)
  halt: HaltDto | null;

  /** How it last went on after a pause or a halt. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ResumedDto)
  resumed: ResumedDto | null;

  /** Since it was told to end; it may still clean up. */
  @IsOptional()
  @ValidateNested()
  @Type(() => CancellingDto)
  cancelling: CancellingDto | null;

  /** Since it began to undo what it had done. */
  @IsOptional()
  @ValidateNested()
  @Type(() => CompensatingDto)
  compensating: CompensatingDto | null;

  /** How many child runs it has started, detached ones too. */
  @IsInt()
  children: number;

  /** How many artifacts it has recorded. */
  @IsInt()
  artifacts: number;

  /** Durable state that it has written, by name. */
  @IsOptional()
  @Allow()
  state: unknown;

  @ValidateNested()
  @Type(() => TaskCountsDto)
  tasks: TaskCountsDto;

  /** Share of its finished tasks that succeeded, 0 to 1; null while none has finished. */
  @IsOptional()
  @IsNumber()
  taskSuccessRate: number | null;

  @ValidateNested()
  @Type(() => RunFlagsDto)
  metadata: RunFlagsDto;

  @IsOptional()
  @IsISO8601()
  startedAt: string | null;

  @IsOptional()
  @IsISO8601()
  finishedAt: string | null;

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
