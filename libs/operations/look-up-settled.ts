import type { Delivery, ErrorRecord, RunLog, TaskScheduled } from '#libs/run-log';
import { toErrorRecord } from './error-record.js';
import { keepTrying } from './keep-trying.js';
import { settledBefore } from './settled-before.js';
import type { SettledBy } from './settled-before.js';

export type LookedUp = SettledBy | { readonly kind: 'unreadable'; readonly error: ErrorRecord };

/**
 * Reads in the log whether a delivered task is worth running. A history that this build cannot read does not tell
 * whether the task was done: that is for a person. Throws GaveUpError once `until` is aborted.
 */
export async function lookUpSettled(
  log: Pick<RunLog, 'readRun'>,
  delivery: Delivery<TaskScheduled>,
  until: AbortSignal,
): Promise<LookedUp | undefined> {
  try {
    const history = await keepTrying(() => log.readRun(delivery.runId), until);
    const found = settledBefore(history.events, delivery.event, delivery.position.seq);
    if (found || !history.unreadable) return found;
    return { kind: 'unreadable', error: toErrorRecord(history.unreadable) };
  } catch (error) {
    const record = toErrorRecord(error);
    if (record.disposition !== 'halt') throw error;
    return { kind: 'unreadable', error: record };
  }
}
