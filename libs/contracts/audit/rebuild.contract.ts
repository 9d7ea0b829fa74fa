import { defineOperation } from '#libs/operations';
import { IsInt } from 'class-validator';

export class RebuildAuditInput {}

export class RebuildAuditOutput {
  @IsInt()
  taskRuns: number;

  @IsInt()
  flowRuns: number;

  @IsInt()
  artifacts: number;

  @IsInt()
  approvals: number;

  /** Events that were folded. */
  @IsInt()
  events: number;

  /** Records of which the log no longer holds anything; they are kept as they were. */
  @IsInt()
  carriedOver: number;

  /** Runs that were read from the archive. */
  @IsInt()
  archived: number;

  @IsInt()
  durationMs: number;
}

export const RebuildAudit = defineOperation({
  name: 'rebuild_audit',
  service: 'audit',
  category: 'audit',
  stage: 'load',
  description: 'Fold the whole log again into fresh records and put them in the place of the old ones',
  tags: ['audit', 'upkeep'],
  permissions: ['audit:admin'],
  modelsOut: ['TaskRun', 'FlowRun', 'Artifact', 'Approval'],
  createTaskrun: false,
  concurrency: 1,
  timeoutMs: 3_600_000,
  input: RebuildAuditInput,
  output: RebuildAuditOutput,
});
