import type { DecisionEvent, HaltReason, Millis, TaskScheduled } from '#libs/run-log';
import { counter, gauge, histogram } from '#libs/telemetry';

/** From ten milliseconds to a week: a run may wait for a person. */
const DURATIONS_S = [0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3_600, 21_600, 86_400, 604_800];

const started = counter('flow.runs.started', { unit: '{run}', description: 'Flow runs begun, by flow' });
const duration = histogram('flow.run.duration', {
  unit: 's',
  description:
    'Time from the request of a flow run to its end, by flow and status (completed, failed, cancelled, continued)',
  buckets: DURATIONS_S,
});
const retried = counter('flow.runs.retried', {
  unit: '{run}',
  description: 'Flow runs whose code began anew after a failure, by flow',
});
const halted = counter('flow.runs.halted', {
  unit: '{run}',
  description: 'Flow runs that began to wait for a person, by flow and reason',
});
const parked = counter('flow.runs.parked', {
  unit: '{run}',
  description: 'Flow runs that began to wait for an orchestrator that knows their version, by flow',
});
const scheduled = counter('tasks.scheduled', {
  unit: '{attempt}',
  description:
    'Attempts of tasks handed to services, by service, operation and attempt (first, retry, again after it was deferred)',
});
const fenced = counter('orchestrator.fenced_out', {
  unit: '{append}',
  description: 'Decisions that the fence refused, for another orchestrator had decided',
});
const reloaded = counter('orchestrator.reloads', {
  unit: '{run}',
  description: 'Histories of runs that were read from the log',
});

export const partitionsHeld = gauge('orchestrator.partitions.held', {
  unit: '{partition}',
  description: 'Partitions that this process works on',
});
export const runsResident = gauge('orchestrator.runs.resident', {
  unit: '{run}',
  description: 'Flow runs that this process has in memory',
});

const HALTS = {
  'non-determinism': true,
  poison: true,
  'unhandled-rejection': true,
  'foreign-promise': true,
  blocked: true,
  'unknown-event': true,
  ambiguous: true,
  error: true,
} as const satisfies Record<HaltReason, true>;

/** Begins to count what is rare: a count that is first heard of at its first rise looks as if it never rose. */
export function beginCounts(flows: readonly string[]): void {
  fenced.add(0);
  reloaded.add(0);
  for (const flow of flows) {
    started.add(0, { flow });
    retried.add(0, { flow });
    parked.add(0, { flow });
    for (const reason of Object.keys(HALTS)) halted.add(0, { flow, reason });
  }
}

/** What a decision is counted under. */
export interface RunBegun {
  readonly flow: string;
  /** When the run was asked for; undefined where nobody can tell any more. */
  readonly time: Millis | undefined;
}

const ENDS = {
  FlowCompleted: 'completed',
  FlowFailed: 'failed',
  FlowCancelled: 'cancelled',
  FlowContinued: 'continued',
} as const;

/** Counts a decision that was stored just now. */
export function countDecision({ flow, time }: RunBegun, decision: DecisionEvent, at: Millis): void {
  switch (decision.type) {
    case 'FlowStarted':
      return started.add(1, { flow });
    case 'FlowRetried':
      return retried.add(1, { flow });
    case 'RunHalted':
      return halted.add(1, { flow, reason: decision.reason });
    case 'RunParked':
      return parked.add(1, { flow });
    case 'FlowCompleted':
    case 'FlowFailed':
    case 'FlowCancelled':
    case 'FlowContinued':
      if (time !== undefined)
        duration.record(Math.max(0, at - time) / 1_000, { flow, status: ENDS[decision.type] });
      return;
    default:
  }
}

/** Which one an attempt is that was scheduled just now. */
export type AttemptKind = 'first' | 'retry' | 'again';

export const countScheduled = ({ service, operation }: TaskScheduled, attempt: AttemptKind): void =>
  scheduled.add(1, { service, operation, attempt });

export const countFencedOut = (): void => fenced.add(1);

export const countReload = (): void => reloaded.add(1);
