import { fieldsOf, type OperationContract } from '#libs/operations';
import type { TaskCallOptions } from './context.js';
import {
  FlowUsageError,
  type CompensationSpec,
  type CoreContext,
  type TaskCall,
  type TaskSpec,
} from './core/index.js';
import { asTask, specOf, type Compensation, type TaskDefinition } from './task.js';

/** What the engine needs of one call of a task. Throws TypeError for options that make no sense. */
export function taskCallOf(
  what: TaskDefinition | OperationContract,
  input: object,
  over: TaskCallOptions,
  ctx: CoreContext,
): TaskCall {
  const definition = 'kind' in what ? what : plainTask(what);
  const { key, compensate, ...rest } = over;
  const options = { ...definition.options, ...rest };
  const { cacheKey, cacheExpirationSeconds, resultStorageKey } = options;
  return {
    spec: Object.keys(rest).length === 0 ? plainSpec(definition) : specOf(definition.contract, options),
    input: definition.mapInput ? definition.mapInput(input) : input,
    ...(key === undefined ? {} : { key }),
    ...(cacheKey
      ? {
          cache: {
            key: cacheKey(cacheContext(ctx), input as never),
            ...(cacheExpirationSeconds === undefined ? {} : { expirationSeconds: cacheExpirationSeconds }),
          },
        }
      : {}),
    ...(resultStorageKey === undefined
      ? {}
      : { resultName: filledIn(resultStorageKey, input as Record<string, unknown>, ctx) }),
    ...(compensate ? { compensation: compensationOf(compensate) } : {}),
  };
}

// A flow asks for the same few tasks again and again; what follows from them alone is made once.
const tasks = new WeakMap<OperationContract, TaskDefinition>();
const specs = new WeakMap<TaskDefinition, TaskSpec>();

function plainTask(contract: OperationContract): TaskDefinition {
  let made = tasks.get(contract);
  if (!made) tasks.set(contract, (made = asTask(contract)));
  return made;
}

function plainSpec(definition: TaskDefinition): TaskSpec {
  let made = specs.get(definition);
  if (!made) specs.set(definition, (made = specOf(definition.contract, definition.options)));
  return made;
}

const cacheContext = (ctx: CoreContext) => ({
  flow: ctx.flow,
  runId: ctx.runId,
  userId: ctx.actor.userId,
  flags: ctx.flags,
  startedAt: new Date(ctx.startedAt),
});

/** Fills in a storage key. The date is that of the run's start, in UTC. */
function filledIn(template: string, input: Readonly<Record<string, unknown>>, ctx: CoreContext): string {
  const words: Readonly<Record<string, string>> = {
    date: new Date(ctx.startedAt).toISOString().slice(0, 10),
    runId: ctx.runId,
    flow: ctx.flow,
    userId: ctx.actor.userId,
  };
  return template.replace(/\{([^{}]*)\}/g, (_, word: string) => {
    const value = word.startsWith('input.') ? input[word.slice('input.'.length)] : words[word];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value);
    throw new FlowUsageError(
      `resultStorageKey ${JSON.stringify(template)}: {${word}} has no value; expected {date}, {runId}, {flow}, {userId} or {input.<field>} of a text or number`,
    );
  });
}

function compensationOf(compensate: Compensation): CompensationSpec {
  const { task, input } = 'task' in compensate ? compensate : { task: compensate, input: undefined };
  const definition = 'kind' in task ? task : plainTask(task);
  const make = input ?? ((result: unknown, given: unknown) => pick(definition, result, given));
  return {
    spec: plainSpec(definition),
    input: (result, given) => {
      const made = make(result as never, given as never);
      return definition.mapInput ? definition.mapInput(made) : made;
    },
  };
}

/** The fields that the undoing task knows, out of the result of the one that is undone, then of its input. */
function pick({ input }: TaskDefinition, ...sources: readonly unknown[]): object {
  const picked: Record<string, unknown> = {};
  for (const field of fieldsOf(input).keys()) {
    const source = sources.find(
      (from): from is Record<string, unknown> => typeof from === 'object' && from !== null && field in from,
    );
    if (source) picked[field] = source[field];
  }
  return picked;
}
