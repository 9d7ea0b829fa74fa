import type { FactEvent, DecisionEvent, Outcome, RunEvent } from '#libs/run-log';
import { TaskRunStatus } from './statuses.js';

/** Where a task stands: its latest attempt, and how that one is. */
export interface TaskState {
  readonly attempt: number;
  readonly status: TaskRunStatus;
}

export type TaskEvent =
  | Extract<DecisionEvent, { type: 'TaskScheduled' | 'TasksCancelled' }>
  | Extract<FactEvent, { type: 'TaskClaimed' | 'TaskFinished' }>;

const TASK_EVENTS = new Set<string>(['TaskScheduled', 'TasksCancelled', 'TaskClaimed', 'TaskFinished']);

export const isTaskEvent = (event: RunEvent): event is TaskEvent => TASK_EVENTS.has(event.type);

/** Names the task runs that an event speaks of. */
export const taskIdsOf = (event: TaskEvent): readonly string[] =>
  event.type === 'TasksCancelled' ? event.taskRunIds : [event.taskRunId];

/** Tells whether nothing but a new attempt can change it. */
export const isClosed = ({ status }: { readonly status: TaskRunStatus }): boolean =>
  status !== 'pending' && status !== 'running';

/**
 * Says where a task stands after an event; null when the event changes nothing. The first terminal event of the
 * latest attempt wins; what comes after it, or speaks of an earlier attempt, is ignored.
 */
export function nextTaskState(state: TaskState | undefined, event: TaskEvent): TaskState | null {
  switch (event.type) {
    case 'TaskScheduled':
      if (state && event.attempt <= state.attempt) return null;
      return { attempt: event.attempt, status: TaskRunStatus.pending };
    case 'TaskClaimed':
      if (state?.status !== 'pending' || state.attempt !== event.attempt) return null;
      return { ...state, status: TaskRunStatus.running };
    case 'TaskFinished':
      if (!state || state.attempt !== event.attempt || isClosed(state)) return null;
      return { ...state, status: statusOf(event.outcome) };
    case 'TasksCancelled':
      if (!state || isClosed(state)) return null;
      return { ...state, status: TaskRunStatus.cancelled };
  }
}

/** A deferred attempt waits to be scheduled again. */
export function statusOf(outcome: Outcome): TaskRunStatus {
  switch (outcome.status) {
    case 'success':
      return outcome.cached ? TaskRunStatus.cached : TaskRunStatus.success;
    case 'failed':
      return TaskRunStatus.failed;
    case 'cancelled':
      return TaskRunStatus.cancelled;
    case 'deferred':
      return TaskRunStatus.pending;
  }
}
