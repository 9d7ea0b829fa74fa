import { defineOperation } from '#libs/operations';
import { IsBoolean, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';

export class CleanScraperInput extends OwnedInput {
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
export class CleanScraperOutput {
  @IsBoolean()
  success: boolean;

  /** Pages as searches saw them, with their texts. */
  @IsInt()
  pages: number;

  /** Records of what was searched and found. */
  @IsInt()
  searches: number;

  /** Those that no search has seen since, that nobody has touched and to which there is no application. */
  @IsInt()
  jobs: number;

  /** Those of test mode, touched or not. */
  @IsInt()
  testJobs: number;

  /** Of the old ones: those that stay since nobody could say whether there is an application to them. */
  @IsInt()
  unsure: number;

  /** Why some are unsure; null where none is. */
  @IsOptional()
  @IsString()
  message: string | null;

  @IsBoolean()
  dryRun: boolean;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

/**
 * A job is touched where its status or notes are not as at first, where its employer's board is watched, or where the
 * person has brought it. Postings of one opening go together or not at all. In test mode only what is of test mode
 * goes. Asks `list_applications`; where that fails, old jobs stay and the rest goes.
 */
export const CleanScraper = defineOperation({
  name: 'clean_scraper',
  service: 'scraper',
  category: 'maintenance',
  stage: 'act',
  description: 'Remove a person’s old pages, jobs that nobody wants, and what test mode left of both',
  tags: ['maintenance'],
  permissions: ['jobs:write', 'applications:read'],
  modelsIn: ['Job', 'Application', 'WatchedEmployer'],
  modelsOut: ['Job', 'Page', 'QueryIndex'],
  timeoutMs: 600_000,
  input: CleanScraperInput,
  output: CleanScraperOutput,
});
