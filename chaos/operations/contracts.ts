import { IsBoolean, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { defineOperation } from '#libs/operations';

/** What an operation of the harness is asked to do. */
export class WorkInput {
  /** Names the step in the ledger: one for each thing that is to be done once. */
  @IsString()
  label: string;

  /** How long it takes, in milliseconds. */
  @IsInt()
  @Min(0)
  @Max(600_000)
  ms: number;

  /** Attempts that fail first, each with an error that may be tried again. */
  @IsOptional()
  @IsInt()
  @Min(0)
  failures?: number;

  /** Fails for good. */
  @IsOptional()
  @IsBoolean()
  refuses?: boolean;

  /** Answers `success: false`. */
  @IsOptional()
  @IsBoolean()
  declines?: boolean;

  /** So many characters come along with the answer. */
  @IsOptional()
  @IsInt()
  @Min(0)
  characters?: number;
}

export class WorkOutput {
  @IsString()
  label: string;

  @IsInt()
  attempt: number;

  @IsOptional()
  @IsBoolean()
  success?: boolean;

  @IsOptional()
  @IsString()
  text?: string;
}

const common = {
  service: 'lab',
  category: 'lab',
  stage: 'act',
  input: WorkInput,
  output: WorkOutput,
} as const;

/** May be run again after a crash. */
export const Work = defineOperation({ ...common, name: 'work', description: 'Takes its time' });

/** Must never take effect twice. */
export const Send = defineOperation({
  ...common,
  name: 'send',
  description: 'Takes an effect that cannot be taken back',
  execution: 'at-most-once',
});

/** Undoes a step; may be run again after a crash. */
export const Undo = defineOperation({ ...common, name: 'undo', description: 'Takes a step back' });

export const LAB_CONTRACTS = [Work, Send, Undo];
