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
import { PageInput } from './page-input.js';
import { ActorDto, ResultRefDto } from './record-parts.dto.js';
import { TaskRunStatus } from './statuses.js';

/** One execution that made or touched documents. Times are ISO 8601. */
export class LineageEntryDto {
  @IsString()
  taskRunId: string;

  @IsString()
  operationName: string;

  @IsIn(Object.values(TaskRunStatus))
  status: TaskRunStatus;

  /** Null of a direct call. */
  @IsOptional()
  @IsString()
  flowRunId: string | null;

  /** The task run that called it. */
  @IsOptional()
  @IsString()
  parentTaskRunId: string | null;

  @ValidateNested()
  @Type(() => ActorDto)
  actor: ActorDto;

  /** The documents that were asked about. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ResultRefDto)
  documents: ResultRefDto[];

  @IsISO8601()
  at: string;
}

export class RunLineageInput extends PageInput {
  @IsString()
  @MaxLength(128)
  flowRunId: string;

  /** Documents of this collection alone. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  collection?: string;
}

export class RunLineageOutput {
  /** In the order in which they were made. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => LineageEntryDto)
  items: LineageEntryDto[];

  @IsOptional()
  @IsString()
  nextCursor: string | null;

  /** True where the run has more descendants than are looked at. */
  @IsBoolean()
  truncated: boolean;
}

export class DocumentLineageInput extends PageInput {
  @IsString()
  @MaxLength(128)
  collection: string;

  @IsString()
  @MaxLength(256)
  documentId: string;

  /** Whose; only for those who may see more than their own. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;
}

export class DocumentLineageOutput {
  /** The latest first. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => LineageEntryDto)
  items: LineageEntryDto[];

  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

const shared = {
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  tags: ['audit', 'lineage'],
  permissions: ['audit:read'],
  modelsIn: ['TaskRun', 'FlowRun'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

export const RunLineage = defineOperation({
  ...shared,
  name: 'run_lineage',
  description: 'List what a flow run and the runs that it started have made or touched',
  input: RunLineageInput,
  output: RunLineageOutput,
});

export const DocumentLineage = defineOperation({
  ...shared,
  name: 'document_lineage',
  description: 'List what has made or touched a document',
  input: DocumentLineageInput,
  output: DocumentLineageOutput,
});
