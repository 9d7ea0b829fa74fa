import type { DtoClass, OperationContract } from '#libs/operations';
import type { RetryPolicy, TaskSpec } from './core/index.js';

/** How an operation is run as a step of a flow. */
export interface TaskOptions {
  readonly name: string;
  readonly description?: string;
  /** Tries after the first one. */
  readonly retries?: number;
  readonly retryDelaySeconds?: number;
  /** 1 keeps the delay, 2 doubles it with each try. */
  readonly retryBackoffFactor?: number;
  /** Up to this share of the delay is added by chance. */
  readonly retryJitterFactor?: number;
  readonly maxRetryDelaySeconds?: number;
  /** Tries again too when the operation answers `success: false`. */
  readonly retryOnUnsuccessful?: boolean;
  /** How long one attempt may take; the operation's abort signal fires then. */
  readonly timeoutSeconds?: number;
  readonly tags?: readonly string[];
  readonly lane?: 'normal' | 'urgent';
}

/** What a task takes where that differs from its operation's input. */
export interface MappedTaskOptions<T extends object> extends TaskOptions {
  readonly input: DtoClass<T>;
}

/** A named, reusable task; part of flows, or run by itself. */
export interface TaskDefinition<I extends object = object, O extends object = object> {
  readonly kind: 'task';
  readonly options: TaskOptions;
  readonly contract: OperationContract<object, O>;
  /** Checks the input when the task is run by itself. */
  readonly input: DtoClass;
  /** Makes the operation's input from the task's. */
  mapInput?(input: I): object;
}

/**
 * Names a task over an operation. With `mapInput` the task takes an input of its own, from which the operation's is
 * made. Throws TypeError for options that make no sense.
 */
export function task<I extends object, O extends object>(
  options: TaskOptions,
  contract: OperationContract<I, O>,
): TaskDefinition<I, O>;
export function task<I extends object, O extends object, T extends object>(
  options: MappedTaskOptions<T>,
  contract: OperationContract<I, O>,
  mapInput: (input: T) => I,
): TaskDefinition<T, O>;
export function task(
  options: TaskOptions & { readonly input?: DtoClass },
  contract: OperationContract,
  mapInput?: (input: object) => object,
): TaskDefinition {
  const { input = contract.input, ...rest } = options;
  specOf(contract, rest);
  return Object.freeze({
    kind: 'task' as const,
    options: rest,
    contract,
    input,
    ...(mapInput ? { mapInput } : {}),
  });
}

/** Runs an operation as a task of its own name, once. */
export const asTask = <I extends object, O extends object>(
  contract: OperationContract<I, O>,
): TaskDefinition<I, O> => task({ name: contract.name }, contract);

/** What the engine needs of a task. Throws TypeError for options that make no sense. */
export function specOf(contract: OperationContract, options: TaskOptions): TaskSpec {
  const retry: RetryPolicy = {
    retries: atLeast('retries', options.retries ?? 0, 0, true),
    delaySeconds: atLeast('retryDelaySeconds', options.retryDelaySeconds ?? 0, 0),
    backoffFactor: atLeast('retryBackoffFactor', options.retryBackoffFactor ?? 1, 1),
    jitterFactor: atLeast('retryJitterFactor', options.retryJitterFactor ?? 0, 0),
    maxDelaySeconds: atLeast('maxRetryDelaySeconds', options.maxRetryDelaySeconds ?? 3_600, 0),
    retryOnUnsuccessful: options.retryOnUnsuccessful ?? false,
  };
  const timeoutMs =
    options.timeoutSeconds === undefined
      ? contract.timeoutMs
      : atLeast('timeoutSeconds', options.timeoutSeconds, 0.001) * 1_000;
  return {
    name: options.name,
    service: contract.service,
    operation: contract.name,
    contractVersion: contract.version,
    execution: contract.execution,
    createTaskrun: contract.createTaskrun,
    lane: options.lane ?? 'normal',
    tags: [...contract.tags, ...(options.tags ?? [])],
    timeoutMs,
    retry,
  };

  function atLeast(field: string, value: number, least: number, whole = false): number {
    if (Number.isFinite(value) && value >= least && (!whole || Number.isInteger(value))) return value;
    throw new TypeError(
      `task ${options.name}: ${field} is ${value}, expected a ${whole ? 'whole ' : ''}number of at least ${least}`,
    );
  }
}
