import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsISO8601, IsOptional, IsString, ValidateNested } from 'class-validator';
import { ActorDto } from './record-parts.dto.js';
import { HALT_REASONS } from './statuses.js';

/** Who has paused a run, and why. */
export class PauseDto {
  @ValidateNested()
  @Type(() => ActorDto)
  by: ActorDto;

  @IsOptional()
  @IsString()
  reason: string | null;

  @IsISO8601()
  at: string;
}

/** Why a run waits for a person; the whole sentence stands in its error. */
export class HaltDto {
  @IsIn(HALT_REASONS)
  reason: (typeof HALT_REASONS)[number];

  @IsISO8601()
  at: string;

  /** The task runs of which nobody knows whether they took effect; left out where it halts for something else. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  taskRunIds?: string[];
}

/** Who has let a run go on, and after what. */
export class ResumedDto {
  @ValidateNested()
  @Type(() => ActorDto)
  by: ActorDto;

  @IsIn(['pause', 'ambiguous', 'halt'])
  after: 'pause' | 'ambiguous' | 'halt';

  @IsISO8601()
  at: string;
}

/** That a run was told to end, and why. */
export class CancellingDto {
  @IsIn(['cancel', 'timeout'])
  cause: 'cancel' | 'timeout';

  @IsOptional()
  @IsString()
  reason: string | null;

  @IsISO8601()
  at: string;
}

/** Which steps a run undoes, in this order. */
export class CompensatingDto {
  @IsArray()
  @IsInt({ each: true })
  steps: number[];

  @IsISO8601()
  at: string;
}

/** What had happened that a trigger of a deployment fired at. */
export class TriggeredByDto {
  /** Of the event. */
  @IsString()
  type: string;

  @IsString()
  eventId: string;

  /** The run whose end it was. */
  @IsOptional()
  @IsString()
  runId?: string;

  /** How many triggers led here one after the other, this one among them. */
  @IsInt()
  depth: number;
}
