import type { Buckets } from '#libs/key-values';
import { readResult } from '#libs/operations';
import type { FlowRunId, RunLog, StartRequested } from '#libs/run-log';
import { FlowStates, STATE_BUCKET, type Completion } from '../steering/flow-states.js';

/** Values that outlive runs, as the runs of flows read and set them. */
export interface KeptValues {
  read(
    start: StartRequested,
    source: 'state' | 'result',
    name: string,
  ): Promise<{ found: boolean; value?: unknown }>;
  /** Says, before it is decided, that a run is about to complete with a state. */
  announce(start: StartRequested, name: string, runId: FlowRunId): Promise<void>;
  /** Keeps a state, unless a run whose end came later in the log has done so already. */
  keep(start: StartRequested, name: string, value: unknown, by: Completion): Promise<void>;
}

/** Keeps values in buckets: a flow's state by flow and user, a task's result by user and name. */
export function keptValues(buckets: Buckets, log: RunLog): KeptValues {
  const states = new FlowStates(buckets.open(STATE_BUCKET), log);
  const scopeOf = ({ flow, actor, flags }: StartRequested) => ({
    flow,
    userId: actor.userId,
    testMode: flags.testMode ?? false,
  });
  return {
    read: (start, source, name) =>
      source === 'state'
        ? states.read(scopeOf(start), name)
        : readResult(buckets, start.actor.userId, name, { testMode: start.flags.testMode ?? false }),
    announce: (start, name, runId) => states.announce(scopeOf(start), name, runId),
    keep: (start, name, value, by) => states.complete(scopeOf(start), name, value, by),
  };
}
