import type { RunEvent } from '#libs/run-log';
import { isClosed, nextTaskState } from '#libs/run-records';
import type { TaskState } from '#libs/run-records';
import { summariseInput } from './summarise-input.js';

/** One task as a viewer sees it. Instants are milliseconds since the epoch. */
export interface TaskView {
  readonly taskRunId: string;
  readonly step: number;
  readonly name: string;
  readonly about: string;
  /** Where the log says that it stands, by the rule that every record goes by. */
  readonly logged: TaskState;
  /** The same as it is shown, with what LIVE and the timers tell. */
  readonly state: 'scheduled' | 'running' | 'retrying' | 'success' | 'failed' | 'cancelled' | 'cached';
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** When the next attempt is due. */
  readonly retryAt?: number;
  readonly progress?: { readonly done: number; readonly total?: number; readonly message?: string };
  readonly error?: string;
  /** The step that it undoes. */
  readonly compensates?: number;
}

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export const isOpen = ({ state }: TaskView): boolean =>
  state === 'scheduled' || state === 'running' || state === 'retrying';

/** Tells whether a service has it in hand, or can take it. */
export const isAtWork = ({ state }: TaskView): boolean => state === 'scheduled' || state === 'running';

/** Tells whether an attempt can still be under way; a late word about it from LIVE changes nothing otherwise. */
export const mayRun = ({ logged }: TaskView, attempt: number): boolean =>
  isClosed(logged) ? attempt > logged.attempt : attempt >= logged.attempt;

/** Gives the task after it was scheduled; the same where that is no news. */
export function scheduled(
  before: TaskView | undefined,
  event: EventOf<'TaskScheduled'>,
): TaskView | undefined {
  const logged = nextTaskState(before?.logged, event, event.taskRunId);
  if (!logged) return before;
  if (before?.logged.attempt === logged.attempt) {
    const { retryAt: _, ...again } = before;
    return { ...again, logged, state: 'scheduled' };
  }
  return {
    taskRunId: event.taskRunId,
    step: event.step,
    name: event.task,
    about: summariseInput(event.input),
    logged,
    state: 'scheduled',
    ...(before?.startedAt === undefined ? {} : { startedAt: before.startedAt }),
    ...(before?.error === undefined ? {} : { error: before.error }),
    ...(event.compensates === undefined ? {} : { compensates: event.compensates }),
  };
}

/** Gives the task after somebody took the claim to begin it; the same where that changes nothing. */
export function claimed(task: TaskView, event: EventOf<'TaskClaimed'>): TaskView {
  const logged = nextTaskState(task.logged, event, task.taskRunId);
  return logged ? { ...task, logged, state: 'running' } : task;
}

/** Gives the task after an outcome of it; the same where that counts for nothing. */
export function finished(task: TaskView, event: EventOf<'TaskFinished'>): TaskView {
  const logged = nextTaskState(task.logged, event, task.taskRunId);
  if (!logged) return task;
  // It was called off, and is not done nevertheless.
  if (task.logged.givenUp && logged.status === 'cancelled') return { ...task, logged };
  const { outcome, startedAt, finishedAt } = event;
  if (outcome.status === 'deferred') return { ...task, logged, state: 'retrying', retryAt: outcome.until };
  const { error: _, progress: __, retryAt: ___, ...rest } = task;
  const over = { ...rest, logged, startedAt: task.startedAt ?? startedAt, finishedAt };
  switch (outcome.status) {
    case 'success':
      return { ...over, state: outcome.cached ? 'cached' : 'success' };
    case 'failed':
      return { ...over, state: 'failed', error: outcome.error.message };
    case 'cancelled':
      return { ...over, state: 'cancelled' };
  }
}

/** Gives the task after the run has given it up; one that has failed and waited for its next attempt has failed. */
export function givenUp(task: TaskView, event: EventOf<'TasksCancelled'>): TaskView {
  const logged = nextTaskState(task.logged, event, task.taskRunId);
  const { retryAt: _, ...rest } = task;
  if (logged) return { ...rest, logged, state: 'cancelled' };
  return task.state === 'retrying' ? { ...rest, state: 'failed' } : task;
}

/** Gives the task after it was said that nobody knows whether it took effect. */
export function inDoubt(task: TaskView, event: EventOf<'RunHalted'>): TaskView {
  const logged = nextTaskState(task.logged, event, task.taskRunId);
  return logged ? { ...task, logged, state: 'failed', error: event.error.message } : task;
}

/** Gives the task after a person's word on it; the same where nobody had to say anything. */
export function resolved(task: TaskView, event: EventOf<'RunResumed'>): TaskView {
  const logged = nextTaskState(task.logged, event, task.taskRunId);
  if (!logged) return task;
  const { error, ...rest } = task;
  if (logged.status === 'success') return { ...rest, logged, state: 'success' };
  const word = event.resolutions?.findLast(({ taskRunId }) => String(taskRunId) === task.taskRunId);
  const message = word?.as === 'failed' ? (word.message ?? error) : error;
  return { ...rest, logged, state: 'failed', ...(message === undefined ? {} : { error: message }) };
}
