import type { FactEvent, DecisionEvent, Outcome, RequestEvent, Resolution, RunEvent } from '#libs/run-log';
import { TaskRunStatus } from './statuses.js';

/** Where a task stands: its latest attempt, and how that one is. */
export interface TaskState {
  readonly attempt: number;
  readonly status: TaskRunStatus;
  /** The attempt found no room at a limit, and waits to be scheduled again. */
  readonly deferred: boolean;
  /** It failed, and nobody knows whether it took effect: a person's word overrides the outcome. */
  readonly ambiguous: boolean;
}

export type TaskEvent =
  | Extract<DecisionEvent, { type: 'TaskScheduled' | 'TasksCancelled' }>
  | Extract<FactEvent, { type: 'TaskClaimed' | 'TaskFinished' }>
  | Extract<RequestEvent, { type: 'ResumeRequested' }>;

const TASK_EVENTS = new Set<string>([
  'TaskScheduled',
  'TasksCancelled',
  'TaskClaimed',
  'TaskFinished',
  'ResumeRequested',
]);

/** Holder of a claim that was taken so that nobody else begins: the attempt has come too late. */
const NOBODY_BEGINS = 'orchestrator';

export const isTaskEvent = (event: RunEvent): event is TaskEvent => TASK_EVENTS.has(event.type);

/** Names the task runs that an event speaks of. */
export function taskIdsOf(event: TaskEvent): readonly string[] {
  if (event.type === 'TasksCancelled') return event.taskRunIds;
  if (event.type === 'ResumeRequested') return (event.resolutions ?? []).map(({ taskRunId }) => taskRunId);
  return [event.taskRunId];
}

/** Tells whether nothing but a new attempt, or a person's word, can change it. */
export const isClosed = ({ status }: { readonly status: TaskRunStatus }): boolean =>
  status !== 'pending' && status !== 'running';

/** Tells whether a service has it in hand, or can take it. */
export const isAtWork = (state: TaskState): boolean => !isClosed(state) && !state.deferred;

/**
 * Says where the task run `id` stands after an event; null when the event changes nothing. The first terminal event
 * of the latest attempt wins; what comes after it, or speaks of an earlier attempt, is ignored.
 *
 * 1. `deferred` ends no attempt.
 * 2. A person's word overrides an outcome of which nobody knows whether it took effect. It ends an open task too:
 *    where no outcome came, there is nothing else to go by.
 */
export function nextTaskState(state: TaskState | undefined, event: TaskEvent, id: string): TaskState | null {
  switch (event.type) {
    case 'TaskScheduled':
      if (state && event.attempt <= state.attempt && !isAgain(state, event.attempt)) return null;
      return at(event.attempt, TaskRunStatus.pending);
    case 'TaskClaimed':
      if (state?.status !== 'pending' || state.attempt !== event.attempt) return null;
      return event.holder === NOBODY_BEGINS ? null : at(event.attempt, TaskRunStatus.running);
    case 'TaskFinished': {
      if (!state || state.attempt !== event.attempt || isClosed(state)) return null;
      const { outcome } = event;
      return {
        ...at(event.attempt, statusOf(outcome)),
        deferred: outcome.status === 'deferred',
        ambiguous: outcome.status === 'failed' && outcome.error.disposition === 'halt',
      };
    }
    case 'TasksCancelled':
      return state && !isClosed(state) ? at(state.attempt, TaskRunStatus.cancelled) : null;
    case 'ResumeRequested': {
      const word = resolutionOf(event, id);
      if (!word || !state || (isClosed(state) && !state.ambiguous)) return null;
      // A task that is tried again has failed once more until its next attempt is scheduled.
      return at(state.attempt, word.as === 'succeeded' ? TaskRunStatus.success : TaskRunStatus.failed);
    }
  }
}

/** What a person has said about one task. */
export const resolutionOf = (
  event: Extract<TaskEvent, { type: 'ResumeRequested' }>,
  id: string,
): Resolution | undefined => event.resolutions?.findLast(({ taskRunId }) => taskRunId === id);

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

const at = (attempt: number, status: TaskRunStatus): TaskState => ({
  attempt,
  status,
  deferred: false,
  ambiguous: false,
});

const isAgain = (state: TaskState, attempt: number): boolean =>
  state.deferred && !isClosed(state) && attempt === state.attempt;
