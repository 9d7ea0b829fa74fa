import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsOptional, IsString, ValidateNested } from 'class-validator';
import { RebuildAuditOutput } from './rebuild.contract.js';

export const REBUILD_STATES = ['none', 'running', 'done', 'failed', 'broken off'] as const;
export const REBUILD_PHASES = ['archive', 'RUN', 'CALLS', 'finishing'] as const;

/** How the latest rebuild of the records stands. Times are ISO 8601. */
export class RebuildStateDto {
  /** `broken off`: whoever did it is gone; the old records are in place. */
  @IsIn(REBUILD_STATES)
  state: (typeof REBUILD_STATES)[number];

  /** Runs of the archive first, then the messages of each stream. */
  @IsOptional()
  @IsIn(REBUILD_PHASES)
  phase: (typeof REBUILD_PHASES)[number] | null;

  @IsInt()
  done: number;

  @IsInt()
  total: number;

  @IsOptional()
  @IsISO8601()
  since: string | null;

  @IsOptional()
  @IsISO8601()
  finishedAt: string | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => RebuildAuditOutput)
  result: RebuildAuditOutput | null;

  @IsOptional()
  @IsString()
  error: string | null;
}

export class StartRebuildInput {}
export class GetRebuildInput {}

const shared = {
  service: 'audit',
  category: 'audit',
  stage: 'load',
  tags: ['audit', 'upkeep'],
  permissions: ['audit:admin'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

export const StartRebuild = defineOperation({
  ...shared,
  name: 'start_audit_rebuild',
  description: 'Begin to fold archive and log again into fresh records, and return at once',
  modelsOut: ['TaskRun', 'FlowRun', 'Artifact', 'Approval'],
  input: StartRebuildInput,
  output: RebuildStateDto,
});

export const GetRebuild = defineOperation({
  ...shared,
  name: 'get_audit_rebuild',
  description: 'Tell how far the latest rebuild of the records is',
  input: GetRebuildInput,
  output: RebuildStateDto,
});
