import type { RunEvent } from '#libs/run-log';

/** One line of a simulated log. */
export interface SimulatedEntry {
  readonly event: RunEvent;
  readonly seq: number;
  readonly time: number;
  /** Of a decision: the sequence of the trigger that it follows from. */
  readonly cause?: number;
  /** Of a timer for the beginning of a task: nobody had begun it. */
  readonly unbegun?: boolean;
}
