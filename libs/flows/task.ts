import type { ErrorRecord, RunFlags } from '#libs/run-log';
import type { DtoClass, OperationContract } from '#libs/operations';
import type { RetryPolicy, TaskSpec } from './core/index.js';

/** What a cache key may be made of. */
export interface CacheContext {
  readonly flow: string;
  readonly runId: string;
  readonly userId: string;
  readonly flags: Required<RunFlags>;
  /** When the run was started. */
  readonly startedAt: Date;
}

/** How a task is undone: an operation that takes what it needs from the task's result and input, or by a function. */
export type Compensation =
  | OperationContract
  | TaskDefinition
  | {
      readonly task: OperationContract | TaskDefinition;
      /** Makes the input; by default the fields of that name out of the task's result, then of its input. */
      readonly input: (result: never, input: never) => object;
    };

/** How an operation is run as a step of a flow. */
export interface TaskOptions {
  readonly name: string;
  readonly description?: string;
  /** Tries after the first one. */
  readonly retries?: number;
  /** The same before each try, one for each try (the last holds for the rest), or made from attempt and error. */
  readonly retryDelaySeconds?: number | readonly number[] | ((attempt: number, error: ErrorRecord) => number);
  /** Tries again only after errors with one of these codes, or those that it picks; all retryable ones if left out. */
  readonly retryOn?: readonly string[] | ((error: ErrorRecord) => boolean);
  /** 1 keeps the delay, 2 doubles it with each try. */
  readonly retryBackoffFactor?: number;
  /** Up to this share of the delay is added by chance. */
  readonly retryJitterFactor?: number;
  readonly maxRetryDelaySeconds?: number;
  /** Tries again too when the operation answers `success: false`. */
  readonly retryOnUnsuccessful?: boolean;
  /** How long one attempt may take; the operation's abort signal fires then. */
  readonly timeoutSeconds?: number;
  /** How long an attempt may wait in the queue before a worker takes it. */
  readonly scheduleToStartSeconds?: number;
  /** How long the task may take in all, over its attempts and the waits between them. */
  readonly scheduleToCloseSeconds?: number;
  /** A success kept under this key, for this user and version of the operation, is the answer. */
  readonly cacheKey?: (context: CacheContext, input: never) => string;
  /** How long a kept success counts; for ever if left out. */
  readonly cacheExpirationSeconds?: number;
  /** Keeps the result under this name: {date} (of the run's start), {runId}, {flow}, {userId} and {input.field}. */
  readonly resultStorageKey?: string;
  /** Takes what the operation writes to the console into its log. */
  readonly logPrints?: boolean;
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
  const { retryDelaySeconds = 0 } = options;
  const retry: RetryPolicy = {
    retries: atLeast('retries', options.retries ?? 0, 0, true),
    delaySeconds:
      typeof retryDelaySeconds === 'function'
        ? retryDelaySeconds
        : typeof retryDelaySeconds === 'number'
          ? atLeast('retryDelaySeconds', retryDelaySeconds, 0)
          : retryDelaySeconds.map((seconds) => atLeast('retryDelaySeconds', seconds, 0)),
    backoffFactor: atLeast('retryBackoffFactor', options.retryBackoffFactor ?? 1, 1),
    jitterFactor: atLeast('retryJitterFactor', options.retryJitterFactor ?? 0, 0),
    maxDelaySeconds: atLeast('maxRetryDelaySeconds', options.maxRetryDelaySeconds ?? 3_600, 0),
    retryOnUnsuccessful: options.retryOnUnsuccessful ?? false,
    ...(options.retryOn === undefined ? {} : { retryOn: options.retryOn }),
  };
  const scheduleToStartMs = milliseconds('scheduleToStartSeconds');
  const scheduleToCloseMs = milliseconds('scheduleToCloseSeconds');
  if (options.cacheExpirationSeconds !== undefined) {
    atLeast('cacheExpirationSeconds', options.cacheExpirationSeconds, 1);
    if (!options.cacheKey)
      throw new TypeError(`task ${options.name}: cacheExpirationSeconds means nothing without a cacheKey`);
  }
  return {
    name: options.name,
    service: contract.service,
    operation: contract.name,
    contractVersion: contract.version,
    execution: contract.execution,
    createTaskrun: contract.createTaskrun,
    lane: options.lane ?? 'normal',
    tags: [...contract.tags, ...(options.tags ?? [])],
    timeoutMs: milliseconds('timeoutSeconds') ?? contract.timeoutMs,
    ...(scheduleToStartMs === undefined ? {} : { scheduleToStartMs }),
    ...(scheduleToCloseMs === undefined ? {} : { scheduleToCloseMs }),
    ...(options.logPrints ? { logPrints: true } : {}),
    retry,
  };

  function milliseconds(
    field: 'timeoutSeconds' | 'scheduleToStartSeconds' | 'scheduleToCloseSeconds',
  ): number | undefined {
    const seconds = options[field];
    return seconds === undefined ? undefined : Math.round(atLeast(field, seconds, 0.001) * 1_000);
  }

  function atLeast(field: string, value: number, least: number, whole = false): number {
    if (Number.isFinite(value) && value >= least && (!whole || Number.isInteger(value))) return value;
    throw new TypeError(
      `task ${options.name}: ${field} is ${value}, expected a ${whole ? 'whole ' : ''}number of at least ${least}`,
    );
  }
}
