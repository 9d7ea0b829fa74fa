import { Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { ActorDto } from './record-parts.dto.js';
import { ApprovalStatus } from './statuses.js';

/** What a flow has asked a person, and what became of it. It is answered by its run and step. */
export class ApprovalDto {
  @IsString()
  id: string;

  @IsString()
  flowRunId: string;

  @IsString()
  flow: string;

  @IsInt()
  step: number;

  @IsString()
  name: string;

  /** What is to be approved. */
  @IsOptional()
  @Allow()
  payload: unknown;

  /** `expired`: nobody had answered by the deadline. `withdrawn`: the flow waits for it no more. */
  @IsIn(Object.values(ApprovalStatus))
  status: ApprovalStatus;

  /** On whose behalf its run runs. */
  @ValidateNested()
  @Type(() => ActorDto)
  actor: ActorDto;

  /** Users who may answer; null for everybody. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  approvers: string[] | null;

  @IsOptional()
  @IsISO8601()
  dueAt: string | null;

  /** What holds when nobody has answered by then; the flow gets an error where it is null. */
  @IsOptional()
  @IsIn(['approved', 'declined'])
  otherwise: 'approved' | 'declined' | null;

  @IsISO8601()
  requestedAt: string;

  @IsOptional()
  @IsISO8601()
  answeredAt: string | null;

  /** Null where the deadline decided. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ActorDto)
  answeredBy: ActorDto | null;

  @IsOptional()
  @IsString()
  comment: string | null;

  /** What the answer carried beside yes or no. */
  @IsOptional()
  @Allow()
  answer: unknown;

  @IsISO8601()
  updatedAt: string;

  /** Sequence of the last event that this record has taken in. */
  @IsInt()
  lastSeq: number;
}
