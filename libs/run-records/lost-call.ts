import type { TaskRunRecord } from './task-run.record.js';
import type { TaskRunChanges } from './fold-task-run.js';
import { LOST } from './fold-call.js';

/**
 * Says what becomes of a direct call of which nothing was heard by its deadline. It depends on the record alone,
 * not on when somebody looked, so that a rebuild comes to the same.
 */
export function lostCall(record: Pick<TaskRunRecord, 'deadline' | 'startedAt' | 'attempts'>): TaskRunChanges {
  const deadline = record.deadline ?? new Date(0);
  const message = `no outcome was heard by the deadline ${deadline.toISOString()}; whether it happened is unknown`;
  const error = { code: LOST, message, disposition: 'terminal' as const };
  return {
    status: 'failed',
    errorCode: LOST,
    errorMessage: message,
    finishedAt: deadline,
    durationMs: record.startedAt ? Math.max(0, deadline.getTime() - record.startedAt.getTime()) : null,
    attempts: record.attempts.map((attempt) => ({ ...attempt, finishedAt: deadline, error })),
    updatedAt: deadline,
    deadline: null,
  };
}
