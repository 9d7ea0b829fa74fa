import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { IsInstant } from '../is-instant.js';
import { ArtifactDto } from './artifact.dto.js';
import { PageInput } from './page-input.js';
import { ARTIFACT_KINDS } from './statuses.js';

/** Fields that artifacts can be sorted by; a leading `-` means from the latest. */
export const ARTIFACT_SORTS = ['createdAt', '-createdAt'] as const;

export class ListArtifactsInput extends PageInput {
  @IsOptional()
  @IsString()
  @MaxLength(128)
  flowRunId?: string;

  /** All versions of this artifact. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  key?: string;

  @IsOptional()
  @IsIn(ARTIFACT_KINDS)
  kind?: (typeof ARTIFACT_KINDS)[number];

  @IsOptional()
  @IsString()
  @MaxLength(128)
  flow?: string;

  /** Whose; only for those who may see more than their own. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;

  /** Recorded at or after this instant. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Recorded before this instant. */
  @IsOptional()
  @IsInstant()
  to?: string;

  /** `-createdAt` unless said otherwise. */
  @IsOptional()
  @IsIn(ARTIFACT_SORTS)
  sort?: (typeof ARTIFACT_SORTS)[number];
}

export class ListArtifactsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ArtifactDto)
  items: ArtifactDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

export class GetArtifactInput {
  @IsString()
  @MaxLength(160)
  artifactId: string;
}

const shared = {
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  tags: ['audit', 'artifacts'],
  permissions: ['audit:read'],
  modelsIn: ['Artifact'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

export const ListArtifacts = defineOperation({
  ...shared,
  name: 'list_artifacts',
  description: 'List what flows have shown to people, the newest first',
  input: ListArtifactsInput,
  output: ListArtifactsOutput,
});

export const GetArtifact = defineOperation({
  ...shared,
  name: 'get_artifact',
  description: 'Get one artifact of a flow run',
  input: GetArtifactInput,
  output: ArtifactDto,
});
