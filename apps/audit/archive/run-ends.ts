import type { DecisionEvent, RunHistory, StartRequested, StoredInRun } from '#libs/run-log';

type End = Extract<
  DecisionEvent,
  { type: 'FlowCompleted' | 'FlowFailed' | 'FlowCancelled' | 'FlowContinued' }
>;

const ENDS: readonly string[] = [
  'FlowCompleted',
  'FlowFailed',
  'FlowCancelled',
  'FlowContinued',
] satisfies End['type'][];

export function startOf({ events }: RunHistory): StoredInRun<StartRequested> | undefined {
  return events.find(
    (stored): stored is StoredInRun<StartRequested> => stored.event.type === 'StartRequested',
  );
}

/** Gives the decision that ended a run. */
export function endOf({ events }: RunHistory): StoredInRun<End> | undefined {
  return events.findLast((stored): stored is StoredInRun<End> => ENDS.includes(stored.event.type));
}

/** Names the children of which the run has not heard the end, but for those that outlive it. */
export function unheardChildren({ events }: RunHistory): string[] {
  const open = new Set<string>();
  for (const { event } of events) {
    if (event.type === 'ChildScheduled' && !event.detached) open.add(event.childRunId);
    else if (event.type === 'ChildFinished') open.delete(event.childRunId);
  }
  return [...open];
}
