import { Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { ApprovalRef } from '#libs/flows';
import { taskRunId } from '#libs/run-log';
import type { Resolution, RunHistory } from '#libs/run-log';

export class ReasonInput {
  /** Kept with the run. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reason?: string;
}

export class ApprovalInput {
  @IsBoolean()
  approved: boolean;

  /** For people; kept with the answer. */
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  comment?: string;

  /** Any JSON; the flow gets it with the answer. */
  @IsOptional()
  @Allow()
  payload?: unknown;
}

/** Tells which approval of a run a text means: the one of that name, else the one of that step. */
export function approvalRef(text: string, { events }: Pick<RunHistory, 'events'>): ApprovalRef {
  const isName = events.some(({ event }) => event.type === 'ApprovalRequested' && event.name === text);
  return isName || !/^\d{1,9}$/.test(text) ? { name: text } : { step: Number(text) };
}

export class ResolutionInput {
  @IsString()
  @MaxLength(128)
  taskRunId: string;

  /** `retry` says that it took no effect. */
  @IsIn(['retry', 'failed', 'succeeded'])
  as: Resolution['as'];

  /** With `succeeded`: what it gave. Any JSON. */
  @IsOptional()
  @Allow()
  result?: unknown;

  /** With `failed`: why. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  message?: string;
}

export class ResumeInput {
  /** One for each task of which nobody knows whether it took effect. */
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ResolutionInput)
  resolutions?: ResolutionInput[];
}

export function resolutionOf({ taskRunId: id, as, result, message }: ResolutionInput): Resolution {
  const about = { taskRunId: taskRunId(id) };
  if (as === 'retry') return { ...about, as };
  if (as === 'succeeded') return { ...about, as, result: result ?? null };
  return { ...about, as, ...(message === undefined ? {} : { message }) };
}

export class RestartInput {
  /** The first step that is done anew; what had succeeded before it is kept. Every success is kept, if left out. */
  @IsOptional()
  @IsInt()
  @Min(1)
  fromStep?: number;

  /** The old run's, if left out. */
  @IsOptional()
  @IsObject()
  input?: Record<string, unknown>;
}
