import type { LogEntry } from '#libs/run-log';
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
  readonly retry: RetryPolicy;
}

/** How one call of a task differs from its spec. */
export interface TaskCall {
  readonly spec: TaskSpec;
  readonly input: unknown;
  /** Matches a success of an earlier epoch; the input's content where it is left out. */
  readonly key?: string;
}

/** What a flow's code may ask of the engine. */
export interface CoreContext {
  readonly runId: string;
  readonly flow: string;
  readonly version: string;
  readonly actor: { readonly userId: string; readonly channel: string };
  readonly flags: { readonly dryRun: boolean; readonly testMode: boolean; readonly verbose: boolean };
  task(call: TaskCall): Promise<unknown>;
  sleep(seconds: number): Promise<void>;
  now(): number;
  random(): number;
  uuid(): string;
  log(level: LogEntry['level'], message: string, fields?: Record<string, unknown>): void;
}

/** A durable program: an async function, and what the engine needs to run it. */
export interface FlowProgram {
  readonly name: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly retries: number;
  readonly retryDelaySeconds: number;
  readonly timeoutSeconds?: number;
  run(input: unknown, ctx: CoreContext): Promise<unknown>;
}
