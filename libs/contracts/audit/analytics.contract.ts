import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { TimeSpanInput } from './page-input.js';
import { TaskCountsDto } from './record-parts.dto.js';
import { StatsDto } from './stats.dto.js';
import { FlowRunStatus } from './statuses.js';

export class AnalyticsFlowsInput extends TimeSpanInput {
  @IsOptional()
  @IsString()
  @MaxLength(128)
  flow?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;
}

export class FlowStatsDto {
  @IsString()
  flow: string;

  @ValidateNested()
  @Type(() => StatsDto)
  runs: StatsDto;

  /** Tasks of all these runs together. */
  @ValidateNested()
  @Type(() => TaskCountsDto)
  tasks: TaskCountsDto;
}

export class AnalyticsFlowsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => FlowStatsDto)
  items: FlowStatsDto[];
}

export class AnalyticsOperationsInput extends TimeSpanInput {
  /** Rows by operation (as it stands), or by user. */
  @IsOptional()
  @IsIn(['operation', 'user'])
  groupBy?: 'operation' | 'user';

  @IsOptional()
  @IsString()
  @MaxLength(64)
  operation?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;

  /** Leaves the other kind out. */
  @IsOptional()
  @IsBoolean()
  orchestrated?: boolean;
}

/** Direct calls and those with a flow behind them, apart and together. */
export class OperationStatsDto {
  /** The operation's name, or the user's id. */
  @IsString()
  key: string;

  @ValidateNested()
  @Type(() => StatsDto)
  all: StatsDto;

  @ValidateNested()
  @Type(() => StatsDto)
  direct: StatsDto;

  @ValidateNested()
  @Type(() => StatsDto)
  orchestrated: StatsDto;
}

export class AnalyticsOperationsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => OperationStatsDto)
  items: OperationStatsDto[];
}

export class AnalyticsRunInput {
  @IsString()
  @MaxLength(128)
  flowRunId: string;
}

export class RunOperationDto {
  @IsString()
  operation: string;

  @ValidateNested()
  @Type(() => StatsDto)
  stats: StatsDto;
}

export class AnalyticsRunOutput {
  @IsString()
  flowRunId: string;

  @IsString()
  flow: string;

  @IsIn(Object.values(FlowRunStatus))
  status: FlowRunStatus;

  /** Its tasks and the calls that they made. */
  @ValidateNested()
  @Type(() => StatsDto)
  all: StatsDto;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => RunOperationDto)
  operations: RunOperationDto[];
}

export class AnalyticsTrendInput extends TimeSpanInput {
  @IsIn(['hour', 'day'])
  unit: 'hour' | 'day';

  /** What is counted: `task_runs` unless said otherwise. */
  @IsOptional()
  @IsIn(['task_runs', 'flow_runs'])
  of?: 'task_runs' | 'flow_runs';

  /** Counts task runs of this operation alone. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  operation?: string;

  /** Counts flow runs of this flow alone. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  flow?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;

  /** Leaves the other kind of task runs out. */
  @IsOptional()
  @IsBoolean()
  orchestrated?: boolean;

  /** Where the day begins; UTC unless said otherwise. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  timeZone?: string;
}

export class TrendPointDto {
  /** Begin of the hour or day. */
  @IsISO8601()
  at: string;

  @ValidateNested()
  @Type(() => StatsDto)
  stats: StatsDto;
}

export class AnalyticsTrendOutput {
  /** From the oldest; hours and days in which nothing happened stand there with a count of 0. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => TrendPointDto)
  items: TrendPointDto[];
}

const shared = {
  service: 'audit',
  category: 'analytics',
  stage: 'observe',
  tags: ['audit', 'analytics'],
  permissions: ['audit:read'],
  createTaskrun: false,
  timeoutMs: 60_000,
} as const;

export const AnalyticsFlows = defineOperation({
  ...shared,
  name: 'analytics_flows',
  description: 'Count, success rate and duration of runs by flow',
  modelsIn: ['FlowRun'],
  input: AnalyticsFlowsInput,
  output: AnalyticsFlowsOutput,
});

export const AnalyticsOperations = defineOperation({
  ...shared,
  name: 'analytics_operations',
  description:
    'Count, success rate and duration of executions by operation or user, direct and orchestrated apart',
  modelsIn: ['TaskRun'],
  input: AnalyticsOperationsInput,
  output: AnalyticsOperationsOutput,
});

export const AnalyticsRun = defineOperation({
  ...shared,
  name: 'analytics_run',
  description: 'Operations of one flow run with their counts and success rates',
  modelsIn: ['FlowRun', 'TaskRun'],
  input: AnalyticsRunInput,
  output: AnalyticsRunOutput,
});

export const AnalyticsTrend = defineOperation({
  ...shared,
  name: 'analytics_trend',
  description: 'Count, success rate and duration by hour or day',
  modelsIn: ['FlowRun', 'TaskRun'],
  input: AnalyticsTrendInput,
  output: AnalyticsTrendOutput,
});
