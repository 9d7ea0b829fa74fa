import type { FlowRunId } from '#libs/run-log';

/** Why one looks at a deployment: its specification was written, an instant or an event has come, or a run of it has ended. */
export type Wake = {
  /** The sequence of the message that says so. */
  readonly seq: number;
  /** The stream's own time of storing, in milliseconds since the epoch. */
  readonly time: number;
  /** From 1. */
  readonly deliveries: number;
} & (
  | { readonly kind: 'spec' }
  | { readonly kind: 'event' }
  /** `begun` is the sequence of a state whose runs have begun for certain. */
  | { readonly kind: 'fire'; readonly begun?: number }
  | { readonly kind: 'ended'; readonly runId: FlowRunId }
);
