import { ORCHESTRATOR_HOLDER } from '#libs/run-log';
import type { FactEvent, DecisionEvent, Outcome, Resolution, RunEvent } from '#libs/run-log';
import { heed } from './attempt-end.js';
import { TaskRunStatus } from './statuses.js';

/** Where a task stands: its latest attempt, and how that one is. */
export interface TaskState {
  readonly attempt: number;
  readonly status: TaskRunStatus;
  /** The attempt found no room at a limit, and waits to be scheduled again. */
  readonly deferred: boolean;
  /** It failed, and nobody knows whether it took effect: a person's word overrides the outcome. */
  readonly ambiguous: boolean;
  /** It was called off, but a success that comes nevertheless counts. */
  readonly givenUp?: boolean;
}

export type TaskEvent =
  | Extract<DecisionEvent, { type: 'TaskScheduled' | 'TasksCancelled' | 'RunHalted' | 'RunResumed' }>
  | Extract<FactEvent, { type: 'TaskClaimed' | 'TaskFinished' }>;

const TASK_EVENTS = new Set<string>([
  'TaskScheduled',
  'TasksCancelled',
  'TaskClaimed',
  'TaskFinished',
  'RunHalted',
  'RunResumed',
]);

export const isTaskEvent = (event: RunEvent): event is TaskEvent => TASK_EVENTS.has(event.type);

/** Names the task runs that an event speaks of. */
export function taskIdsOf(event: TaskEvent): readonly string[] {
  switch (event.type) {
    case 'TasksCancelled':
      return event.taskRunIds;
    case 'RunHalted':
      return event.taskRunIds ?? [];
    case 'RunResumed':
      return (event.resolutions ?? []).map(({ taskRunId }) => taskRunId);
    default:
      return [event.taskRunId];
  }
}

/** Tells whether nothing but a new attempt, or a person's word, can change it. */
export const isClosed = ({ status }: { readonly status: TaskRunStatus }): boolean =>
  status !== 'pending' && status !== 'running';

/** Tells whether a service has it in hand, or can take it. */
export const isAtWork = (state: TaskState): boolean => !isClosed(state) && !state.deferred;

/**
 * Says where the task run `id` stands after an event; null when the event changes nothing.
 *
 * 1. Of an attempt's outcomes the first counts; see `heed`.
 * 2. A halt may say that nobody knows whether the task took effect, where no outcome says so: none came in time.
 * 3. A person's word overrides what nobody knows, and only that. It holds once the run goes on by it.
 */
export function nextTaskState(state: TaskState | undefined, event: TaskEvent, id: string): TaskState | null {
  switch (event.type) {
    case 'TaskScheduled':
      if (state && event.attempt <= state.attempt && !isAgain(state, event.attempt)) return null;
      return at(event.attempt, TaskRunStatus.pending);
    case 'TaskClaimed':
      if (state?.status !== 'pending' || state.attempt !== event.attempt) return null;
      return event.holder === ORCHESTRATOR_HOLDER ? null : at(event.attempt, TaskRunStatus.running);
    case 'TaskFinished': {
      if (!state) return null;
      const { outcome } = event;
      const { attempt, givenUp: isGivenUp = false } = state;
      const heeded = heed({ attempt, isOver: isClosed(state) && !isGivenUp, isGivenUp }, event);
      if (heeded === 'ignore') return null;
      if (heeded === 'note') return at(attempt, state.status);
      return {
        ...at(event.attempt, statusOf(outcome)),
        deferred: outcome.status === 'deferred',
        ambiguous: outcome.status === 'failed' && outcome.error.disposition === 'halt',
      };
    }
    case 'TasksCancelled':
      return state && (!isClosed(state) || state.givenUp)
        ? { ...at(state.attempt, TaskRunStatus.cancelled), givenUp: isProvisional(event, id) }
        : null;
    case 'RunHalted':
      if (!state || state.ambiguous || isSuccess(state)) return null;
      return { ...at(state.attempt, TaskRunStatus.failed), ambiguous: true };
    case 'RunResumed': {
      const word = resolutionOf(event, id);
      if (!word || !state?.ambiguous) return null;
      // A task that is tried again has failed once more until its next attempt is scheduled.
      return at(state.attempt, word.as === 'succeeded' ? TaskRunStatus.success : TaskRunStatus.failed);
    }
  }
}

/** Whether a task's attempt is not over with its cancellation. */
export const isProvisional = (
  { provisional }: Extract<TaskEvent, { type: 'TasksCancelled' }>,
  id: string,
): boolean => provisional?.some((taskRunId) => String(taskRunId) === id) ?? false;

/** What a person has said about one task. */
export const resolutionOf = (
  event: Extract<TaskEvent, { type: 'RunResumed' }>,
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

const isSuccess = ({ status }: TaskState): boolean => status === 'success' || status === 'cached';

const isAgain = (state: TaskState, attempt: number): boolean =>
  state.deferred && !isClosed(state) && attempt === state.attempt;
