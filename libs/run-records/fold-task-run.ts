import type { StoredInRun } from '#libs/run-log';
import type { TaskRunRecord } from './task-run.record.js';
import { newTaskRun } from './new-task-run.js';
import { NO_ERROR, outcomeFields, untried, withAttempt } from './outcome-fields.js';
import { nextTaskState } from './task-state.js';
import type { TaskEvent } from './task-state.js';

export type TaskRunChanges = Partial<TaskRunRecord>;

/**
 * Says what an event of a run changes in the record of one of its tasks; null when nothing. A record that has
 * taken in a later event already is left as it is. `deploymentId` is the run's.
 */
export function foldTaskRun(
  record: TaskRunRecord | null,
  stored: StoredInRun<TaskEvent>,
  deploymentId: string | null,
): TaskRunChanges | null {
  const { event } = stored;
  if (event.type === 'TaskScheduled' && !event.createTaskrun) return null;
  if (record && record.lastSeq >= stored.position.seq) return null;
  if (!record) return event.type === 'TaskScheduled' ? begun(stored, event, deploymentId) : null;
  const next = nextTaskState(record, event);
  if (!next) return null;
  const at = new Date(stored.time);
  const common = { status: next.status, updatedAt: at, lastSeq: stored.position.seq };
  switch (event.type) {
    case 'TaskScheduled':
      return {
        ...common,
        ...NO_ERROR,
        attempt: next.attempt,
        attempts: withAttempt(record.attempts, untried(next.attempt)),
        errorList: [],
        finishedAt: null,
        durationMs: null,
      };
    case 'TaskClaimed':
      return common;
    case 'TaskFinished':
      if (event.outcome.status === 'deferred') return common;
      return { ...common, ...outcomeFields(record.attempts, record.metadata, event) };
    case 'TasksCancelled':
      return {
        ...common,
        finishedAt: at,
        durationMs: record.startedAt ? Math.max(0, stored.time - record.startedAt.getTime()) : null,
        errorMessage: event.reason,
        attempts: record.attempts.map((attempt) =>
          attempt.attempt === record.attempt ? { ...attempt, finishedAt: at } : attempt,
        ),
      };
  }
}

function begun(
  stored: StoredInRun<TaskEvent>,
  event: Extract<TaskEvent, { type: 'TaskScheduled' }>,
  deploymentId: string | null,
): TaskRunRecord {
  return {
    ...newTaskRun(stored, event, event.attempt),
    source: 'RUN',
    status: 'pending',
    taskName: event.task,
    step: event.step,
    orchestrated: true,
    flowRunId: stored.runId,
    deploymentId,
  };
}
