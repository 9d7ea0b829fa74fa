import { Type } from 'class-transformer';
import { Allow, IsArray, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { defineOperation } from '#libs/operations';
import { flow, type FlowDefinition } from '../../flow.js';
import { task, type TaskDefinition } from '../../task.js';
import type { TaskSpec } from '../../core/index.js';

/** The flow that undoes the work of a run that has ended; started by the engine alone. */
export const UNDO_FLOW = 'undo_run';

/** A task that undoes something, as it stands in the log: its functions are settled when it is planned. */
export type PlainSpec = Omit<TaskSpec, 'retry'> & {
  readonly retry: {
    readonly retries: number;
    readonly delaySeconds: number | readonly number[];
    readonly backoffFactor: number;
    readonly maxDelaySeconds: number;
    readonly jitterFactor: number;
    readonly retryOnUnsuccessful: boolean;
    readonly retryOn?: readonly string[];
  };
};

/** One piece of work to be undone. */
export class UndoStep {
  /** Of the run that is undone. */
  @IsInt()
  step: number;

  @IsString()
  name: string;

  @IsString()
  key: string;

  @IsInt()
  nth: number;

  @IsObject()
  undoing: PlainSpec;

  @IsOptional()
  @Allow()
  input: unknown;
}

export class UndoRunInput {
  @IsString()
  runId: string;

  /** In the order in which it is undone. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => UndoStep)
  steps: UndoStep[];
}

/** Known by the work that is undone, in whatever run: the same twice is the same piece of work to whoever does it. */
export const undoKey = ({ name, key, nth }: Pick<UndoStep, 'name' | 'key' | 'nth'>): string =>
  `undo/${name}/${key}/${nth}`;

/** What could not be undone; the others are. */
export class NotUndoneError extends Error {
  readonly code = 'flow/not-undone';
  readonly disposition = 'terminal';
  constructor(failed: readonly { readonly step: number; readonly name: string; readonly message: string }[]) {
    const each = failed.map(({ step, name, message }) => `step ${step} (${name}): ${message}`);
    super(`not everything could be undone; ask again to try what is left: ${each.join('; ')}`);
    this.name = 'NotUndoneError';
  }
}

/** Undoes step after step; one that fails does not keep those before it from being undone. */
export const undoFlow: FlowDefinition<UndoRunInput> = flow(
  { name: UNDO_FLOW, description: 'Undoes what a run has done', input: UndoRunInput },
  async ({ steps }, ctx) => {
    const failed: { step: number; name: string; message: string }[] = [];
    for (const each of steps) {
      try {
        await ctx.task(taskOf(each.undoing), each.input as object, { key: undoKey(each) });
      } catch (error) {
        // A run that is told to end ends, and is no failure of what it was at.
        if (isOfTheRun(error)) throw error;
        failed.push({ step: each.step, name: each.undoing.name, message: messageOf(error) });
      }
    }
    if (failed.length > 0) throw new NotUndoneError(failed);
    return { undone: steps.map(({ step }) => step) };
  },
);

class AnyDto {}

function taskOf(spec: PlainSpec): TaskDefinition {
  const { retry } = spec;
  const contract = defineOperation({
    name: spec.operation,
    service: spec.service,
    version: spec.contractVersion,
    execution: spec.execution,
    createTaskrun: spec.createTaskrun,
    tags: spec.tags,
    category: 'undo',
    stage: 'act',
    description: 'Undoes a task',
    input: AnyDto,
    output: AnyDto,
    ...(spec.timeoutMs === undefined ? {} : { timeoutMs: spec.timeoutMs }),
  });
  return task(
    {
      name: spec.name,
      lane: spec.lane,
      retries: retry.retries,
      retryDelaySeconds: retry.delaySeconds,
      retryBackoffFactor: retry.backoffFactor,
      maxRetryDelaySeconds: retry.maxDelaySeconds,
      retryJitterFactor: retry.jitterFactor,
      retryOnUnsuccessful: retry.retryOnUnsuccessful,
      ...(retry.retryOn === undefined ? {} : { retryOn: retry.retryOn }),
      ...(spec.scheduleToStartMs === undefined
        ? {}
        : { scheduleToStartSeconds: spec.scheduleToStartMs / 1_000 }),
      ...(spec.scheduleToCloseMs === undefined
        ? {}
        : { scheduleToCloseSeconds: spec.scheduleToCloseMs / 1_000 }),
      ...(spec.logPrints ? { logPrints: true } : {}),
    },
    contract,
  );
}

const ENDS_THE_RUN = new Set(['flow/cancelled', 'flow/timeout']);
const isOfTheRun = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && ENDS_THE_RUN.has(String(error.code));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
