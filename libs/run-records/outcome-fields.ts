import type { Millis, Outcome } from '#libs/run-log';
import type { StoredAttempt, TaskRunRecord } from './task-run.record.js';
import { errorItems, storedError, storedLogEntry } from './stored-error.js';
import type { StoredError } from './stored-error.js';

export interface Ending {
  readonly attempt: number;
  readonly startedAt: Millis;
  readonly finishedAt: Millis;
  readonly deliveries: number | null;
  readonly by: string;
  readonly outcome: Outcome;
}

/** What an outcome says about errors; a record without one has these fields empty. */
export const NO_ERROR = Object.freeze({
  errorCode: null,
  errorMessage: null,
  errorTraceback: null,
}) satisfies Partial<TaskRunRecord>;

/** Gives the fields of a record that an outcome settles, but for its status. */
export function outcomeFields(
  attempts: readonly StoredAttempt[],
  metadata: TaskRunRecord['metadata'],
  ending: Ending,
): Partial<TaskRunRecord> {
  const { outcome } = ending;
  const error = errorOf(outcome);
  const tried = withAttempt(attempts, {
    attempt: ending.attempt,
    startedAt: new Date(ending.startedAt),
    finishedAt: new Date(ending.finishedAt),
    error,
    deliveries: ending.deliveries,
    by: ending.by,
    resolution: null,
  });
  const startedAt = tried.find((attempt) => attempt.startedAt)?.startedAt ?? new Date(ending.startedAt);
  return {
    attempts: tried,
    startedAt,
    finishedAt: new Date(ending.finishedAt),
    durationMs: Math.max(0, ending.finishedAt - startedAt.getTime()),
    metadata: { ...metadata, executionTime: Math.max(0, ending.finishedAt - ending.startedAt) },
    resultRefs: (outcome.resultRefs ?? []).map(({ collection, documentId }) => ({ collection, documentId })),
    errorList: errorItems(outcome),
    logEntries: (outcome.logEntries ?? []).map(storedLogEntry),
    ...(error
      ? { errorCode: error.code, errorMessage: error.message, errorTraceback: error.traceback ?? null }
      : outcome.status === 'cancelled'
        ? { ...NO_ERROR, errorMessage: outcome.reason ?? null }
        : NO_ERROR),
  };
}

/** Puts an attempt in the place of the one with its number, or at the end. */
export function withAttempt(attempts: readonly StoredAttempt[], one: StoredAttempt): StoredAttempt[] {
  const others = attempts.filter(({ attempt }) => attempt !== one.attempt);
  return [...others, one].sort((a, b) => a.attempt - b.attempt);
}

export const untried = (attempt: number): StoredAttempt => ({
  attempt,
  startedAt: null,
  finishedAt: null,
  error: null,
  deliveries: null,
  by: null,
  resolution: null,
});

const errorOf = (outcome: Outcome): StoredError | null =>
  outcome.status === 'failed' ? storedError(outcome.error) : null;
