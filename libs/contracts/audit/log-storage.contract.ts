import { defineOperation } from '#libs/operations';
import { IsInt, IsNumber, IsOptional } from 'class-validator';

export class GetLogStorageInput {}

export class GetLogStorageOutput {
  /** What the broker keeps on disk, in bytes. */
  @IsInt()
  bytes: number;

  /** What it may keep, in bytes; null where nobody says. */
  @IsOptional()
  @IsInt()
  limit: number | null;

  /** From 0 to 1; null where no limit is known. */
  @IsOptional()
  @IsNumber()
  share: number | null;

  /** Finished runs that the log still holds. */
  @IsInt()
  finishedInLog: number;

  /** Runs in the archive, and what they weigh there, in bytes. */
  @IsInt()
  archivedRuns: number;

  @IsInt()
  archivedBytes: number;
}

export const GetLogStorage = defineOperation({
  name: 'get_log_storage',
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  description: 'Tell how full the log is, and what the archive holds',
  tags: ['audit', 'archive'],
  permissions: ['audit:admin'],
  createTaskrun: false,
  timeoutMs: 30_000,
  input: GetLogStorageInput,
  output: GetLogStorageOutput,
});
