import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { IsInstant } from '../is-instant.js';
import { IsOneOrMore } from '../is-one-or-more.js';
import type { OneOrMore } from '../is-one-or-more.js';
import { FlowRunDto } from './flow-run.dto.js';
import { PageInput } from './page-input.js';
import { FlowRunStatus } from './statuses.js';

/** Fields that flow runs can be sorted by; a leading `-` means from the latest or largest. */
export const FLOW_RUN_SORTS = [
  'createdAt',
  '-createdAt',
  'startedAt',
  '-startedAt',
  'finishedAt',
  '-finishedAt',
  'durationMs',
  '-durationMs',
] as const;

export class ListFlowRunsInput extends PageInput {
  /** This one alone. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  flowRunId?: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  flow?: string;

  /** Runs that this run started. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  parentFlowRunId?: string;

  /** Runs that were restarted from this run. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  restartedFrom?: string;

  /** Runs that this deployment started. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  deploymentId?: string;

  /** Any of these. */
  @IsOptional()
  @IsOneOrMore(Object.values(FlowRunStatus))
  status?: OneOrMore<FlowRunStatus>;

  /** Whose; only for those who may see more than their own. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;

  /** Created at or after this instant. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Created before this instant. */
  @IsOptional()
  @IsInstant()
  to?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  tag?: string;

  /** `-createdAt` unless said otherwise. */
  @IsOptional()
  @IsIn(FLOW_RUN_SORTS)
  sort?: (typeof FLOW_RUN_SORTS)[number];
}

export class ListFlowRunsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => FlowRunDto)
  items: FlowRunDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

export class GetFlowRunInput {
  @IsString()
  @MaxLength(128)
  flowRunId: string;
}

const shared = {
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  tags: ['audit', 'flow-runs'],
  permissions: ['audit:read'],
  modelsIn: ['FlowRun'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

export const ListFlowRuns = defineOperation({
  ...shared,
  name: 'list_flow_runs',
  description: 'List the records of flow runs',
  input: ListFlowRunsInput,
  output: ListFlowRunsOutput,
});

export const GetFlowRun = defineOperation({
  ...shared,
  name: 'get_flow_run',
  description: 'Get the record of one flow run',
  input: GetFlowRunInput,
  output: FlowRunDto,
});
