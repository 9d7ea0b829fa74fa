import { defineFlow } from '#libs/flows';
import { IsArray, IsBoolean, IsInt, IsString, Max, Min } from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';

export class MaintenanceFlowInput extends OwnedInput {
  /** What is older goes: 1 to 3650. */
  @IsInt()
  @Min(1)
  @Max(3_650)
  cleanupDays: number = 30;

  /** Count only. */
  @IsBoolean()
  dryRun: boolean = false;
}

/** What the flow answers: how many went, or would go. */
export class MaintenanceFlowResult {
  /** False where a service could not be cleaned. */
  @IsBoolean()
  success: boolean;

  /** By what they are: `pages`, `jobs`, `documents`, `notifications` and so on. */
  removed: Record<string, number>;

  /** What could not be cleaned and why, a sentence each. */
  @IsArray()
  @IsString({ each: true })
  failures: string[];
}

export const MaintenanceFlow = defineFlow({
  name: 'maintenance',
  aliases: ['maintenance_flow'],
  description: 'Remove old pages, jobs nobody touched, unused drafts, old notifications and test data',
  input: MaintenanceFlowInput,
  tags: ['maintenance'],
});
