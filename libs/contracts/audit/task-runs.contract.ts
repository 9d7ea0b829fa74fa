import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { IsInstant } from '../is-instant.js';
import { IsOneOrMore } from '../is-one-or-more.js';
import type { OneOrMore } from '../is-one-or-more.js';
import { PageInput } from './page-input.js';
import { TaskRunDto } from './task-run.dto.js';
import { TaskRunStatus } from './statuses.js';

/** Fields that task runs can be sorted by; a leading `-` means from the latest or largest. */
export const TASK_RUN_SORTS = [
  'createdAt',
  '-createdAt',
  'startedAt',
  '-startedAt',
  'finishedAt',
  '-finishedAt',
  'durationMs',
  '-durationMs',
] as const;

export class ListTaskRunsInput extends PageInput {
  /** True: only those with a flow behind them. False: only direct calls. */
  @IsOptional()
  @IsBoolean()
  orchestrated?: boolean;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  flowRunId?: string;

  /** Calls that this task run made. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  parentTaskRunId?: string;

  /** Those that were given the input of this task run again. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  replayOf?: string;

  /** This one alone. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  taskRunId?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  operation?: string;

  /** Any of these. */
  @IsOptional()
  @IsOneOrMore(Object.values(TaskRunStatus))
  status?: OneOrMore<TaskRunStatus>;

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
  @IsIn(TASK_RUN_SORTS)
  sort?: (typeof TASK_RUN_SORTS)[number];
}

export class ListTaskRunsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => TaskRunDto)
  items: TaskRunDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

export class GetTaskRunInput {
  @IsString()
  @MaxLength(128)
  taskRunId: string;
}

const shared = {
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  tags: ['audit', 'task-runs'],
  permissions: ['audit:read'],
  modelsIn: ['TaskRun'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

export const ListTaskRuns = defineOperation({
  ...shared,
  name: 'list_task_runs',
  description: 'List the records of tasks and direct calls',
  input: ListTaskRunsInput,
  output: ListTaskRunsOutput,
});

export const GetTaskRun = defineOperation({
  ...shared,
  name: 'get_task_run',
  description: 'Get the record of one task or direct call',
  input: GetTaskRunInput,
  output: TaskRunDto,
});
