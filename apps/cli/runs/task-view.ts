import type { RunEvent } from '#libs/run-log';
import { nextTaskState } from '#libs/run-records';
import { summariseInput } from './summarise-input.js';

export type TaskState = 'scheduled' | 'running' | 'retrying' | 'success' | 'failed' | 'cancelled' | 'cached';

/** One task as a viewer sees it. Instants are milliseconds since the epoch. */
export interface TaskView {
  readonly taskRunId: string;
  readonly step: number;
  readonly name: string;
  readonly about: string;
  readonly state: TaskState;
  readonly attempt: number;
  /** The latest attempt whose outcome is known; a late word about it from LIVE changes nothing. */
  readonly finishedAttempt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** When the next attempt is due. */
  readonly retryAt?: number;
  readonly progress?: { readonly done: number; readonly total?: number; readonly message?: string };
  readonly error?: string;
  /** Nobody knows whether it took effect. */
  readonly ambiguous?: boolean;
  /** The step that it undoes. */
  readonly compensates?: number;
}

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export const isOpen = ({ state }: TaskView): boolean =>
  state === 'scheduled' || state === 'running' || state === 'retrying';

/** Tells whether a service has it in hand, or can take it. */
export const isAtWork = ({ state }: TaskView): boolean => state === 'scheduled' || state === 'running';

/** Gives the task after it was scheduled; the same where that is no news. */
export function scheduled(before: TaskView | undefined, event: EventOf<'TaskScheduled'>): TaskView {
  if (before && before.attempt >= event.attempt) {
    if (before.attempt > event.attempt || before.state !== 'retrying') return before;
    const { retryAt: _, ...again } = before;
    return { ...again, state: 'scheduled' };
  }
  return {
    taskRunId: event.taskRunId,
    step: event.step,
    name: event.task,
    about: summariseInput(event.input),
    state: 'scheduled',
    attempt: event.attempt,
    finishedAttempt: before?.finishedAttempt ?? 0,
    ...(before?.startedAt === undefined ? {} : { startedAt: before.startedAt }),
    ...(before?.error === undefined ? {} : { error: before.error }),
    ...(event.compensates === undefined ? {} : { compensates: event.compensates }),
  };
}

/** Gives the task after an outcome of it; the same where another attempt counts by now. */
export function finished(task: TaskView, event: EventOf<'TaskFinished'>): TaskView {
  const { outcome, attempt, startedAt, finishedAt } = event;
  if (attempt <= task.finishedAttempt || task.state === 'cancelled') return task;
  if (outcome.status === 'deferred') return { ...task, state: 'retrying', retryAt: outcome.until };
  const { error: _, progress: __, ...rest } = task;
  const over = { ...rest, finishedAttempt: attempt, startedAt: task.startedAt ?? startedAt, finishedAt };
  switch (outcome.status) {
    case 'success':
      return { ...over, state: outcome.cached ? 'cached' : 'success' };
    case 'failed': {
      const { message, disposition } = outcome.error;
      return {
        ...over,
        state: 'failed',
        error: message,
        ...(disposition === 'halt' ? { ambiguous: true } : {}),
      };
    }
    case 'cancelled':
      return { ...over, state: 'cancelled' };
  }
}

/** Gives the task after it was said that nobody knows whether it took effect. */
export function inDoubt(task: TaskView, { error }: EventOf<'RunHalted'>): TaskView {
  return task.ambiguous ? task : { ...task, state: 'failed', ambiguous: true, error: error.message };
}

/** Gives the task after a person's word on it; the same where nobody had to say anything. */
export function resolved(task: TaskView, event: EventOf<'RunResumed'>): TaskView {
  const status = isOpen(task) ? 'pending' : task.state === 'failed' ? 'failed' : 'success';
  const before = {
    attempt: task.attempt,
    status,
    deferred: false,
    ambiguous: task.ambiguous ?? false,
  } as const;
  const after = nextTaskState(before, event, task.taskRunId);
  if (!after) return task;
  const { error, ambiguous: _, ...rest } = task;
  const word = event.resolutions?.findLast(({ taskRunId }) => String(taskRunId) === task.taskRunId);
  const message = word?.as === 'failed' ? (word.message ?? error) : error;
  const finishedAttempt = task.attempt;
  if (after.status === 'success') return { ...rest, finishedAttempt, state: 'success' };
  return { ...rest, finishedAttempt, state: 'failed', ...(message === undefined ? {} : { error: message }) };
}
