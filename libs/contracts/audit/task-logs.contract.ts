import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { PageInput } from './page-input.js';
import { LogEntryDto } from './record-parts.dto.js';

/** In the order in which the lines were stored, or from the latest. */
export const TASK_LOG_SORTS = ['at', '-at'] as const;

export class ListTaskLogsInput extends PageInput {
  /** One of `taskRunId` and `flowRunId` is needed. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  taskRunId?: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  flowRunId?: string;

  /** This level alone. */
  @IsOptional()
  @IsIn(['debug', 'info', 'warn', 'error'])
  level?: 'debug' | 'info' | 'warn' | 'error';

  /** `at` unless said otherwise. */
  @IsOptional()
  @IsIn(TASK_LOG_SORTS)
  sort?: (typeof TASK_LOG_SORTS)[number];
}

/** A line that was emitted while a task or a flow ran. */
export class TaskLogDto extends LogEntryDto {
  @IsString()
  id: string;

  /** Null where the flow itself spoke. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;

  @IsOptional()
  @IsString()
  flowRunId: string | null;
}

export class ListTaskLogsOutput {
  /** Lines are kept for a while only. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => TaskLogDto)
  items: TaskLogDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

export const ListTaskLogs = defineOperation({
  name: 'list_task_logs',
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  description: 'List the lines that a task or a flow run has logged',
  tags: ['audit', 'logs'],
  permissions: ['audit:read'],
  modelsIn: ['TaskLog'],
  createTaskrun: false,
  timeoutMs: 30_000,
  input: ListTaskLogsInput,
  output: ListTaskLogsOutput,
});
