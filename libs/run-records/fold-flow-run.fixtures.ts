import type { RunEvent } from '#libs/run-log';
import { applyFlowRun, foldFlowRun } from './fold-flow-run.js';
import type { FlowRunRecord } from './flow-run.record.js';
import { BEGIN, flowStarted, inRun, startRequested } from './testing/events.js';

/** When the event of this sequence was stored. */
export const at = (seconds: number) => new Date(BEGIN + seconds * 1_000);
export const begun = [startRequested(), flowStarted] as const;

/** Folds a run’s events, the first of which has sequence 1, into its record. */
export function given(...events: RunEvent[]): FlowRunRecord | null {
  return events.reduce<FlowRunRecord | null>((record, event, index) => {
    const changes = foldFlowRun(record, inRun(index + 1, event));
    return changes ? applyFlowRun(record, changes) : record;
  }, null);
}
