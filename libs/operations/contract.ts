import { checkLimits } from './limits/operation-limit.js';
import type { OperationLimit } from './limits/operation-limit.js';

/** A class whose instances class-validator checks. */
export type DtoClass<T = object> = new () => T;

/** Where in a pipeline an operation stands. */
export type Stage = 'extract' | 'transform' | 'load' | 'decide' | 'act' | 'observe';

/** What two sides agree on about an operation. Declared once, imported by both. */
export interface OperationContract<I extends object = object, O extends object = object> {
  /** Unique over all services; snake_case. Stored in the log, so never renamed. */
  readonly name: string;
  readonly service: string;
  readonly category: string;
  readonly stage: Stage;
  readonly description: string;
  /** Rises when input or output change their meaning. A worker that does not know a version answers `unsupported`. */
  readonly version: number;
  readonly tags: readonly string[];
  readonly input: DtoClass<I>;
  readonly output: DtoClass<O>;
  readonly permissions: readonly string[];
  readonly modelsIn: readonly string[];
  readonly modelsOut: readonly string[];
  /** Output field -> collection: ids in these fields become the record's result references. */
  readonly resultRefs: Readonly<Record<string, string>>;
  /** `at-most-once` takes a claim before it begins, and is never run again by itself when the outcome is unknown. */
  readonly execution: 'at-least-once' | 'at-most-once';
  /**
   * How many tasks of it run at once, over all processes and both lanes together. Below 64 an urgent task takes the
   * next place that becomes free; from 64 on an eighth of the places is kept for the urgent lane. Direct calls are
   * not counted.
   */
  readonly concurrency: number;
  /** Limits of its own for each user, host or whatever else a key is made of; none by default. */
  readonly limits: readonly OperationLimit<I>[];
  /** False for cheap reads: they leave no record and cost none. */
  readonly createTaskrun: boolean;
  /** How long one attempt may take unless the task says otherwise. */
  readonly timeoutMs: number;
}

export type OperationOptions<I extends object, O extends object> = Pick<
  OperationContract<I, O>,
  'name' | 'service' | 'category' | 'stage' | 'description' | 'input' | 'output'
> &
  Partial<Omit<OperationContract<I, O>, 'limits'>> & {
    readonly limits?: readonly OperationLimit<NoInfer<I>>[];
  };

const NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** Declares an operation. Throws TypeError on a name that cannot stand in a subject, and on limits that make no sense. */
export function defineOperation<I extends object, O extends object>(
  options: OperationOptions<I, O>,
): OperationContract<I, O> {
  for (const [field, value] of [
    ['name', options.name],
    ['service', options.service],
  ] as const) {
    if (!NAME.test(value))
      throw new TypeError(
        `operation ${field} ${JSON.stringify(value)}: expected snake_case, at most 64 characters`,
      );
  }
  const { concurrency = 1_000, limits = [] } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new TypeError(`operation ${options.name}: a concurrency is a whole number from 1`);
  checkLimits(options.name, limits, (text) => NAME.test(text));
  return Object.freeze({
    version: 1,
    tags: [],
    permissions: [],
    modelsIn: [],
    modelsOut: [],
    execution: 'at-least-once',
    createTaskrun: true,
    timeoutMs: 300_000,
    resultRefs: {},
    ...options,
    concurrency,
    limits,
  } as OperationContract<I, O>);
}

export type InputOf<C> = C extends OperationContract<infer I, object> ? I : never;
export type OutputOf<C> = C extends OperationContract<object, infer O> ? O : never;
