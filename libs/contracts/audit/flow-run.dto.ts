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
import { FlowRunStatus } from './statuses.js';

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

  @IsOptional()
  @IsString()
  restartedFrom: string | null;

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
