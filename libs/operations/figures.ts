import type { Outcome } from '#libs/run-log';
import { counter, gauge, histogram } from '#libs/telemetry';
import type { OperationContract } from './contract.js';

/** From a millisecond to half an hour. */
const DURATIONS_S = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

const duration = histogram('operation.duration', {
  unit: 's',
  description:
    'Time from the beginning of an execution to its end, by service, operation, kind (task or call) and status',
  buckets: DURATIONS_S,
});
const deadLetters = counter('tasks.dead_lettered', {
  unit: '{task}',
  description: 'Tasks that were handed out too often and are kept for a person to look at',
});
const redelivered = counter('tasks.redelivered', {
  unit: '{task}',
  description: 'Tasks that were handed out again, for the process that had them was gone or silent',
});
const troubles = counter('run_log.reader.troubles', {
  unit: '{trouble}',
  description: 'What went wrong for readers of the run log and passed by itself, by kind of reader',
});
const uncached = counter('results.not_kept', {
  unit: '{result}',
  description: 'Successes that could not be kept for later tasks, or not be looked up',
});

export const inProgress = gauge('operations.in_progress', {
  unit: '{execution}',
  description: 'Executions in hand, tasks and direct calls, by service',
});

/** Begins to count what is rare: a count that is first heard of at its first rise looks as if it never rose. */
export function beginCounts(contracts: readonly OperationContract[]): void {
  for (const reader of ['live', 'outbox', 'service']) troubles.add(0, { reader });
  for (const { service, name: operation } of contracts) {
    deadLetters.add(0, { service, operation });
    redelivered.add(0, { service, operation });
    uncached.add(0, { operation });
  }
}

/** Counts an execution that is over. A task that was not begun (cancelled, deferred, cached) took no time. */
export function countEnd(
  kind: 'task' | 'call',
  { service, name: operation }: OperationContract,
  outcome: Outcome,
  { startedAt, finishedAt }: { readonly startedAt: number; readonly finishedAt: number },
): void {
  const status = outcome.status === 'success' && outcome.cached ? 'cached' : outcome.status;
  duration.record((finishedAt - startedAt) / 1_000, { service, operation, kind, status });
}

export const countDeadLetter = ({ service, name: operation }: OperationContract): void =>
  deadLetters.add(1, { service, operation });

export const countRedelivery = ({ service, name: operation }: OperationContract): void =>
  redelivered.add(1, { service, operation });

export const countUnkept = (operation: string): void => uncached.add(1, { operation });

/**
 * Counts what a reader of the run log reports. `live` stands for what was to be watched and was dropped, `outbox` for
 * what could not be sent.
 */
export const countReaderTrouble = (reader: string): void =>
  // Names of durables go on with what they read; the kind is enough to know where to look.
  troubles.add(1, { reader: /^[a-z]+/i.exec(reader)?.[0] ?? 'other' });
