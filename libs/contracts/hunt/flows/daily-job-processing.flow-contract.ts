import { defineFlow } from '#libs/flows';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';

export class DailyJobProcessingFlowInput extends OwnedInput {
  /** Jobs that are read and written together: 1 to 1000. */
  @IsInt()
  @Min(1)
  @Max(1000)
  batchSize: number = 100;

  /** Read and compare, and keep nothing. */
  @IsBoolean()
  dryRun: boolean = false;
}

/** What the flow answers. */
export class DailyJobProcessingFlowResult {
  @IsBoolean()
  success: boolean;

  @IsInt()
  jobsProcessed: number;

  @IsInt()
  merged: number;

  @IsInt()
  reposts: number;

  @IsInt()
  agencies: number;

  /** Jobs that could not be processed; the records of the task runs say why. */
  @IsInt()
  failed: number;
}

export const DailyJobProcessingFlow = defineFlow({
  name: 'daily_job_processing',
  aliases: ['daily_job_processing_flow'],
  description: 'Process every job that is new',
  input: DailyJobProcessingFlowInput,
  tags: ['processing'],
});
