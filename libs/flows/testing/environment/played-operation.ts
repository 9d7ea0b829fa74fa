import type { Actor, RunFlags } from '#libs/run-log';

/** What the handler of a played operation is told, and what it may do. */
export interface PlayedRun {
  readonly taskRunId: string;
  readonly flowRunId: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly actor: Actor;
  readonly flags: RunFlags;
  /** Aborted when the task is cancelled or has run out of time. */
  readonly signal: AbortSignal;
  /** Waits for so many seconds of the environment's clock. */
  sleep(seconds: number): Promise<void>;
  /** Goes on until the operation is told to stop; rejects then. */
  untilStopped(): Promise<never>;
}

/** Says that no service takes tasks of an operation. */
export const NOT_RUNNING = Symbol('no service takes it');

/**
 * How an operation is played: always the same result, or a function that gives one. What the function throws ends the
 * attempt as it would in a service: an error's `code` and `disposition` hold, and one without may be tried again.
 */
export type PlayedOperation =
  Readonly<Record<string, unknown>> | ((input: never, run: PlayedRun) => unknown) | typeof NOT_RUNNING;
