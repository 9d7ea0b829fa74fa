import type { Actor, Artifact, RunFlags } from '#libs/run-log';
import type { OperationContract } from '#libs/operations';
import type { ChildFlow } from './contract.js';
import type { Compensation, TaskDefinition, TaskOptions } from './task.js';

/** What one call may set apart from the task's own options. */
export type TaskCallOptions = Partial<Omit<TaskOptions, 'name' | 'description'>> & {
  /** Names this call where the input's content does not tell calls apart for a retry of the flow. */
  readonly key?: string;
  /** Undoes this task when the flow fails or is cancelled for good. Registered when the task is scheduled. */
  readonly compensate?: Compensation;
};

/** How a flow is run as a child of another. */
export interface ChildOptions {
  /** Names this call where the input's content does not tell calls apart for a retry of the flow. */
  readonly key?: string;
  readonly tags?: readonly string[];
}

export interface ApprovalOptions {
  /** After so many seconds `otherwise` holds. */
  readonly deadlineSeconds?: number;
  /** What holds when nobody has answered in time; without it the flow gets an ApprovalExpiredError. */
  readonly otherwise?: 'approved' | 'declined';
  /** Users who may answer; everybody where it is left out. */
  readonly approvers?: readonly string[];
}

/** How an approval was settled. */
export interface Approval {
  readonly approved: boolean;
  /** Who answered; null when the deadline did. */
  readonly by: Actor | null;
  readonly at: Date;
  readonly comment?: string;
  /** What the answer carried beside yes or no. */
  readonly payload?: unknown;
}

/** A value that outlives the run: read when it was asked for, kept when the run completes. */
export interface FlowState<T> {
  readonly value: T;
  /** Sets the value. It is kept only if the run completes, and never by a dry run. */
  set(value: T): void;
}

/** What a flow's code is given. Everything here is recorded, and the same again when the run is replayed. */
export interface FlowContext {
  readonly runId: string;
  readonly flowName: string;
  readonly version: string;
  readonly actor: Actor;
  readonly flags: Required<RunFlags>;
  /** From 1; a retry of the flow is the next. */
  readonly attempt: number;
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
  /**
   * Runs another flow as a child and waits for its result. Throws ChildFailedError or ChildCancelledError. A child that
   * is still running when its parent ends is cancelled with it.
   */
  flow<I extends object, R>(child: ChildFlow<I, R>, input: I, options?: ChildOptions): Promise<R>;
  /** Starts another flow that goes on by itself, whatever becomes of this run. */
  startFlow<I extends object>(
    child: ChildFlow<I>,
    input: I,
    options?: ChildOptions,
  ): Promise<{ readonly runId: string }>;
  /**
   * Runs branches side by side, each with a context of its own, and gives what the first to settle gives. What the
   * others had begun is cancelled.
   */
  race<T>(branches: readonly ((ctx: FlowContext) => Promise<T>)[]): Promise<T>;
  /** Waits without holding anything in memory, up to a year; survives every restart. */
  sleep(seconds: number): Promise<void>;
  /** Waits for a signal of that name; one that came before counts. Throws SignalTimeoutError after `timeoutSeconds`. */
  signal<T = unknown>(name: string, options?: { readonly timeoutSeconds?: number }): Promise<T>;
  /** Asks a person, and waits for the answer. */
  approval(name: string, payload?: unknown, options?: ApprovalOptions): Promise<Approval>;
  /** Shows something to people, beside the run's result. */
  artifact(artifact: Artifact): void;
  /** Reads a value that outlives runs, of this flow and this user; `initial` where none was kept yet. */
  state<T>(name: string, initial: T): Promise<FlowState<T>>;
  /** Reads what a task kept under a `resultStorageKey`; undefined where there is none. */
  storedResult<T = unknown>(name: string): Promise<T | undefined>;
  /** Ends this run and goes on in a new one with a history of its own; whoever waits for this run gets its result. */
  continueAsNew(input: object): Promise<never>;
  /** The same context, but its calls are still answered after the run was cancelled or has timed out: for cleaning up. */
  readonly shielded: FlowContext;
  /** Stream time of what the flow is reacting to. */
  now(): Date;
  /** A number in [0, 1), the same again on replay. */
  random(): number;
  uuid(): string;
  readonly log: Readonly<
    Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields?: Record<string, unknown>) => void>
  >;
}
