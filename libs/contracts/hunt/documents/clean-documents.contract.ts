import { defineOperation } from '#libs/operations';
import { IsBoolean, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';

export class CleanDocumentsInput extends OwnedInput {
  /** What was written longer ago goes: 1 to 3650. */
  @IsInt()
  @Min(1)
  @Max(3_650)
  olderThanDays: number = 30;

  /** Count only. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

/** How many went, or would go. */
export class CleanDocumentsOutput {
  @IsBoolean()
  success: boolean;

  /** Drafts: CVs and letters that no application uses. None goes in test mode. */
  @IsInt()
  documents: number;

  /** Those of test mode that no application uses. */
  @IsInt()
  testDocuments: number;

  @IsBoolean()
  dryRun: boolean;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

/**
 * Asks `list_applications` which documents are in use. Fails with `documents/applications-unknown`, and removes
 * nothing, where that cannot be told.
 */
export const CleanDocuments = defineOperation({
  name: 'clean_documents',
  service: 'documents',
  category: 'maintenance',
  stage: 'act',
  description: 'Remove a person’s old drafts: CVs and letters that no application uses',
  tags: ['maintenance'],
  permissions: ['documents:write', 'applications:read'],
  modelsIn: ['Application'],
  modelsOut: ['Cv', 'Letter'],
  timeoutMs: 120_000,
  input: CleanDocumentsInput,
  output: CleanDocumentsOutput,
});
