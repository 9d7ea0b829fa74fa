import type { Millis, StreamSeq, Trigger } from '#libs/run-log';

/** A trigger as it is fed. */
export interface Fed {
  readonly event: Trigger;
  readonly seq: StreamSeq;
  /** Stream time; what the flow sees as now. */
  readonly time: Millis;
  /** False while history is gone over: log lines were written then. */
  readonly live: boolean;
  /** With a timer for the beginning of a task: nobody had begun it. */
  readonly unbegun?: boolean;
}
