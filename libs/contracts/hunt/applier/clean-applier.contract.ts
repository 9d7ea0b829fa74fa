import { defineOperation } from '#libs/operations';
import { IsBoolean, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';

export class CleanApplierInput extends OwnedInput {
  /** What is older goes: 1 to 3650. */
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
export class CleanApplierOutput {
  @IsBoolean()
  success: boolean;

  @IsInt()
  notifications: number;

  /** Those of test mode; a real one is never removed. */
  @IsInt()
  testApplications: number;

  /** Files that go with them. */
  @IsInt()
  files: number;

  @IsBoolean()
  dryRun: boolean;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

export const CleanApplier = defineOperation({
  name: 'clean_applier',
  service: 'applier',
  category: 'maintenance',
  stage: 'act',
  description: 'Remove a person’s old notifications, and what test mode left of applications',
  tags: ['maintenance'],
  permissions: ['applications:write', 'notifications:write'],
  modelsOut: ['Notification', 'Application'],
  timeoutMs: 120_000,
  input: CleanApplierInput,
  output: CleanApplierOutput,
});
