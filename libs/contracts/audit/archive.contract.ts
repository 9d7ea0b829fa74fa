import { defineOperation } from '#libs/operations';
import { IsBase64, IsInt, IsISO8601, IsOptional, IsString, MaxLength, Min } from 'class-validator';

export class GetArchivedRunInput {
  @IsString()
  @MaxLength(128)
  flowRunId: string;

  /** Which piece, from 0; the first unless said otherwise. */
  @IsOptional()
  @IsInt()
  @Min(0)
  piece?: number;
}

export class GetArchivedRunOutput {
  @IsString()
  flowRunId: string;

  /** How many pieces there are. */
  @IsInt()
  pieces: number;

  /** One piece of the run's export, packed by gzip, in base64. */
  @IsString()
  @IsBase64()
  data: string;

  @IsISO8601()
  archivedAt: string;
}

export const GetArchivedRun = defineOperation({
  name: 'get_archived_run',
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  description: 'Get a finished run that the log no longer holds, piece by piece',
  tags: ['audit', 'archive'],
  permissions: ['audit:read'],
  modelsIn: ['RunArchive'],
  createTaskrun: false,
  timeoutMs: 30_000,
  input: GetArchivedRunInput,
  output: GetArchivedRunOutput,
});
