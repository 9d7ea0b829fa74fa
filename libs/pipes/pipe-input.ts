import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { DtoClass, OperationContract } from '#libs/operations';
import { FitsOperation, HangsTogether, IsExpression, KnownOperation } from './pipe-rules.js';
import { MOST_STEPS, type Contracts, type PipeInput } from './pipe.js';

const MOST_RETRIES = 20;
/** A day: whoever waits longer wants another run. */
const LONGEST_DELAY_SECONDS = 86_400;

/** What a step does when its last try has failed. */
const ON_FAILURE = ['stop', 'continue'] as const;

/** Makes the class that checks a pipe over the given operations. */
export function pipeInputOf(operations: readonly OperationContract[]): DtoClass<PipeInput> {
  const contracts: Contracts = new Map(operations.map((contract) => [contract.name, contract]));

  class PipeStepInput {
    /** By which later steps name its output; the operation's name, if left out. */
    @IsOptional()
    @Matches(/^[a-z][a-z0-9_]{0,63}$/, { message: '$property must be snake_case, at most 64 characters' })
    id?: string;

    /** Name of the operation. */
    @IsString({ message: '$property must be the name of an operation' })
    @KnownOperation(contracts)
    use: string;

    /** The operation's input; texts in it may hold expressions. */
    @IsObject({ message: '$property must be an object: the input of the operation' })
    @FitsOperation(contracts)
    with: Record<string, unknown> = {};

    /** An expression; where it gives nothing (false, 0, null, an empty text or list) the step is left out. */
    @IsOptional()
    @IsExpression()
    when?: string;

    /** Tries after the first one; the pipe's, if left out. */
    @IsOptional()
    @IsInt()
    @Min(0)
    @Max(MOST_RETRIES)
    retries?: number;

    /** Before each further try; the pipe's, if left out. */
    @IsOptional()
    @IsNumber()
    @Min(0)
    @Max(LONGEST_DELAY_SECONDS)
    retryDelaySeconds?: number;

    /** How long one try may take; the operation's, if left out. */
    @IsOptional()
    @IsNumber()
    @Min(0.001)
    @Max(LONGEST_DELAY_SECONDS)
    timeoutSeconds?: number;

    /** `continue` goes on with the next step, and the result names the one that failed. */
    @IsIn(ON_FAILURE, { message: `$property must be one of ${ON_FAILURE.join(', ')}` })
    onFailure: (typeof ON_FAILURE)[number] = 'stop';
  }

  class CheckedPipeInput {
    /** One step, or a list of them, done one after the other. */
    @Transform(({ value }: { value: unknown }) => (value instanceof PipeStepInput ? [value] : value))
    @IsArray({ message: '$property must be a step, or a list of steps' })
    @ArrayNotEmpty({ message: '$property must hold at least one step' })
    @ArrayMaxSize(MOST_STEPS)
    @ValidateNested({ each: true, message: '$property must be a step, or a list of steps' })
    @HangsTogether(contracts)
    @Type(() => PipeStepInput)
    steps: PipeStepInput[];

    /** Tries of each step after its first one. */
    @IsInt()
    @Min(0)
    @Max(MOST_RETRIES)
    retries: number = 2;

    /** Before each further try of a step. */
    @IsNumber()
    @Min(0)
    @Max(LONGEST_DELAY_SECONDS)
    retryDelaySeconds: number = 30;
  }

  return CheckedPipeInput;
}
