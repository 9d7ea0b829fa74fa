import type { Actor, RunFlags } from '#libs/run-log';
import type { OperationContract } from '#libs/operations';
import type { TaskDefinition, TaskOptions } from './task.js';

/** What one call may set apart from the task's own options. */
export type TaskCallOptions = Partial<Omit<TaskOptions, 'name' | 'description'>> & {
  /** Names this call where the input's content does not tell calls apart for a retry of the flow. */
  readonly key?: string;
};

/** What a flow's code is given. Everything here is recorded, and the same again when the run is replayed. */
export interface FlowContext {
  readonly runId: string;
  readonly flow: string;
  readonly version: string;
  readonly actor: Actor;
  readonly flags: Required<RunFlags>;
  /**
   * Schedules a task, or an operation as a task without retries. The promise is already running: use Promise.all for
   * tasks side by side. Throws TaskFailedError after the last attempt. An answer `success: false` is a value.
   */
  task<I extends object, O extends object>(
    task: TaskDefinition<I, O>,
    input: I,
    options?: TaskCallOptions,
  ): Promise<O>;
  task<I extends object, O extends object>(
    operation: OperationContract<I, O>,
    input: I,
    options?: TaskCallOptions,
  ): Promise<O>;
  /** Runs `fn` for each item, at most `concurrency` at a time (all at once if left out). Results keep the items' order. */
  map<T, R>(
    items: readonly T[],
    fn: (item: T, index: number) => Promise<R>,
    options?: { readonly concurrency?: number },
  ): Promise<R[]>;
  /** Waits without holding anything in memory; survives every restart. */
  sleep(seconds: number): Promise<void>;
  /** Stream time of what the flow is reacting to. */
  now(): Date;
  /** A number in [0, 1), the same again on replay. */
  random(): number;
  uuid(): string;
  readonly log: Readonly<
    Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields?: Record<string, unknown>) => void>
  >;
}
