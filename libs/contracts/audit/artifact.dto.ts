import { Type } from 'class-transformer';
import { Allow, IsIn, IsInt, IsISO8601, IsOptional, IsString, ValidateNested } from 'class-validator';
import { ActorDto } from './record-parts.dto.js';
import { ARTIFACT_KINDS } from './statuses.js';

/** Where data lies that is too large for a record: in the event with this sequence of the run's history. */
export class ArtifactDataRefDto {
  @IsString()
  flowRunId: string;

  @IsInt()
  seq: number;
}

/** Something that a flow has shown to people. */
export class ArtifactDto {
  @IsString()
  id: string;

  @IsString()
  flowRunId: string;

  @IsString()
  flow: string;

  @IsInt()
  step: number;

  /** The same key again, in this run or a later one, is a newer version of the same artifact. */
  @IsOptional()
  @IsString()
  key: string | null;

  @IsIn(ARTIFACT_KINDS)
  kind: (typeof ARTIFACT_KINDS)[number];

  @IsOptional()
  @IsString()
  title: string | null;

  /** By kind: text, rows, an address, or an image's address or data URL; null where `dataRef` says where it lies. */
  @IsOptional()
  @Allow()
  data: unknown;

  /** Of the data as JSON. */
  @IsInt()
  bytes: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => ArtifactDataRefDto)
  dataRef: ArtifactDataRefDto | null;

  /** On whose behalf its run ran. */
  @ValidateNested()
  @Type(() => ActorDto)
  actor: ActorDto;

  @IsISO8601()
  createdAt: string;

  /** Sequence of the event that it was recorded by. */
  @IsInt()
  lastSeq: number;
}
