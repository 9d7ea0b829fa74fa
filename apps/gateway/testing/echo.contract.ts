import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { defineOperation } from '#libs/operations';

export class EchoInput {
  @IsString()
  text: string;

  @IsInt()
  @Min(1)
  @Max(10)
  times: number = 1;

  /** How it should end. */
  @IsOptional()
  @IsIn(['well', 'unsuccessful', 'retryable', 'terminal', 'in pieces', 'broken'])
  end?: string;

  @IsOptional()
  @IsString()
  userId?: string;
}

export class EchoOutput {
  @IsBoolean()
  success: boolean;

  @IsOptional()
  @IsString()
  text?: string;

  @IsOptional()
  @IsString()
  userId?: string;

  @IsOptional()
  @IsString()
  channel?: string;

  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;

  @IsOptional()
  @IsString()
  message?: string;

  @IsOptional()
  @IsString()
  taskRunId?: string;
}

const shared = {
  service: 'echo',
  category: 'testing',
  stage: 'act',
  input: EchoInput,
  output: EchoOutput,
} as const;

/** Says what it was told, or ends in the way that it was told to. */
export const Echo = defineOperation({
  ...shared,
  name: 'echo',
  description: 'Says again what it was told',
  tags: ['sound', 'test'],
  permissions: ['sounds:write'],
});

/** Takes effect at most once. */
export const Ring = defineOperation({
  ...shared,
  name: 'ring',
  description: 'Rings a bell that everybody hears',
  tags: ['test'],
  execution: 'at-most-once',
});

/** Leaves no record. */
export const Whisper = defineOperation({
  ...shared,
  name: 'whisper',
  description: 'Says it so that nobody writes it down',
  tags: ['test'],
  createTaskrun: false,
});
