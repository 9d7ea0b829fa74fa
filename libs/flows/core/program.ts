import type { Actor, Artifact, ErrorRecord, LogEntry } from '#libs/run-log';
import type { RetryPolicy } from './retry-policy.js';

/** What the engine must know of a task to schedule it. */
export interface TaskSpec {
  readonly name: string;
  readonly service: string;
  readonly operation: string;
  readonly contractVersion: number;
  readonly execution: 'at-least-once' | 'at-most-once';
  readonly createTaskrun: boolean;
  readonly lane: 'normal' | 'urgent';
  readonly tags: readonly string[];
  readonly timeoutMs?: number;
  readonly scheduleToStartMs?: number;
  readonly scheduleToCloseMs?: number;
  readonly logPrints?: boolean;
  readonly retry: RetryPolicy;
}

/** How one call of a task differs from its spec. */
export interface TaskCall {
  readonly spec: TaskSpec;
  readonly input: unknown;
  /** Matches a success of an earlier epoch; the input's content where it is left out. */
  readonly key?: string;
  readonly cache?: { readonly key: string; readonly expirationSeconds?: number };
  readonly resultName?: string;
  readonly compensation?: CompensationSpec;
}

/** How a task is undone. */
export interface CompensationSpec {
  readonly spec: TaskSpec;
  /** Makes the undoing task's input from the result and the input of the one that is undone. */
  readonly input: (result: unknown, input: unknown) => unknown;
}

export interface ChildCall {
  readonly flow: string;
  readonly input: unknown;
  readonly key?: string;
  readonly tags: readonly string[];
  readonly detached: boolean;
}

export interface ApprovalCall {
  readonly name: string;
  readonly payload: unknown;
  readonly deadlineSeconds?: number;
  readonly otherwise?: 'approved' | 'declined';
  readonly approvers?: readonly string[];
}

/** How an approval was settled; as it is kept. */
export interface ApprovalAnswer {
  readonly approved: boolean;
  readonly by: Actor | null;
  /** Milliseconds of Unix time. */
  readonly at: number;
  readonly comment?: string;
  readonly payload?: unknown;
}

/** What a flow's code may ask of the engine. */
export interface CoreContext {
  readonly runId: string;
  readonly flow: string;
  readonly version: string;
  readonly actor: { readonly userId: string; readonly channel: string };
  readonly flags: { readonly dryRun: boolean; readonly testMode: boolean; readonly verbose: boolean };
  readonly attempt: number;
  /** Milliseconds of Unix time at which the run was asked for. */
  readonly startedAt: number;
  task(call: TaskCall): Promise<unknown>;
  child(call: ChildCall): Promise<unknown>;
  race<T>(branches: readonly ((ctx: CoreContext) => Promise<T>)[]): Promise<T>;
  sleep(seconds: number): Promise<void>;
  signal(name: string, timeoutSeconds?: number): Promise<unknown>;
  approval(call: ApprovalCall): Promise<ApprovalAnswer>;
  artifact(artifact: Artifact): void;
  /** Reads a value that outlives runs. */
  value(
    source: 'state' | 'result',
    name: string,
  ): Promise<{ readonly found: boolean; readonly value: unknown }>;
  /** Keeps a value should the run complete. */
  keep(name: string, value: unknown): void;
  continueAsNew(input: unknown): Promise<never>;
  /** The same, but still answered after the run was told to end. */
  shielded(): CoreContext;
  now(): number;
  random(): number;
  uuid(): string;
  log(level: LogEntry['level'], message: string, fields?: Record<string, unknown>): void;
}

/** How a run comes to its end, as its hooks are told. */
export type RunEnd =
  | { readonly status: 'completed'; readonly result: unknown }
  | { readonly status: 'failed'; readonly error: ErrorRecord }
  | { readonly status: 'cancelled'; readonly reason?: string };

/** A durable program: an async function, and what the engine needs to run it. */
export interface FlowProgram {
  readonly name: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly retries: number;
  readonly retryDelaySeconds: number;
  readonly timeoutSeconds?: number;
  /** How long a run that was told to end may take to clean up. */
  readonly cleanUpSeconds: number;
  run(input: unknown, ctx: CoreContext): Promise<unknown>;
  /** Runs before the end is written. What it throws changes nothing. */
  readonly hook?: (end: RunEnd, ctx: CoreContext) => Promise<void> | undefined;
}
