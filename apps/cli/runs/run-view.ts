import type { LiveEvent, RunEvent } from '#libs/run-log';
import type { StreamedEvent } from '../gateway/resources.js';
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
}

/** A flow run as a viewer sees it while it happens. */
export interface RunView {
  readonly runId: string;
  readonly flow: string;
  readonly status: 'pending' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'halted';
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly error?: string;
  readonly tasks: ReadonlyMap<string, TaskView>;
}

export function newView(runId: string, flow: string): RunView {
  return { runId, flow, status: 'pending', tasks: new Map() };
}

/** Takes one event in. What the log says wins over what LIVE says, in whatever order they come. */
export function watch(view: RunView, { event, time }: StreamedEvent): RunView {
  return fold(view, event, Date.parse(time));
}

function fold(view: RunView, event: RunEvent | LiveEvent, at: number): RunView {
  switch (event.type) {
    case 'StartRequested':
      return { ...view, flow: event.flow, startedAt: view.startedAt ?? at };
    case 'FlowStarted':
      return { ...view, flow: event.flow, status: 'running', startedAt: view.startedAt ?? at };
    case 'FlowRetried':
      return { ...view, status: 'running', error: event.error.message };
    case 'FlowCompleted':
      return { ...view, status: 'completed', finishedAt: at };
    case 'FlowFailed':
      return { ...view, status: 'failed', finishedAt: at, error: event.error.message };
    case 'FlowCancelled':
      return ended(view, 'cancelled', at, event.reason);
    case 'RunHalted':
      return ended(view, 'halted', at, event.error.message);
    case 'RunParked':
      return { ...view, status: 'waiting', error: `no orchestrator here has version ${event.version} of it` };
    case 'TaskScheduled':
      return scheduled(view, event);
    case 'TimerScheduled':
      return event.kind === 'task-retry' ? retrying(view, event.step, event.dueAt) : view;
    case 'TasksCancelled':
      return event.taskRunIds.reduce(
        (seen, id) => change(seen, id, (task) => (isOpen(task) ? { ...task, state: 'cancelled' } : task)),
        view,
      );
    case 'TaskStarted':
      return change(view, event.taskRunId, (task) =>
        event.attempt > task.finishedAttempt && isOpen(task)
          ? { ...task, state: 'running', startedAt: task.startedAt ?? event.startedAt }
          : task,
      );
    case 'TaskProgressed':
      return change(view, event.taskRunId, (task) => {
        const { done, total, message } = event;
        const told = {
          done,
          ...(total === undefined ? {} : { total }),
          ...(message === undefined ? {} : { message }),
        };
        // A viewer that came late has missed the word that it started.
        return isOpen(task) ? { ...task, state: 'running', progress: told } : task;
      });
    case 'TaskFinished':
      return finished(view, event);
    case 'CancelRequested':
    case 'TimerFired':
    case 'TaskClaimed':
    case 'LogEmitted':
      return view;
  }
}

function ended(view: RunView, status: 'cancelled' | 'halted', at: number, reason?: string): RunView {
  return { ...view, status, finishedAt: at, ...(reason === undefined ? {} : { error: reason }) };
}

function scheduled(view: RunView, event: Extract<RunEvent, { type: 'TaskScheduled' }>): RunView {
  const before = view.tasks.get(event.taskRunId);
  if (before !== undefined && before.attempt >= event.attempt) return view;
  const task: TaskView = {
    taskRunId: event.taskRunId,
    step: event.step,
    name: event.task,
    about: summariseInput(event.input),
    state: 'scheduled',
    attempt: event.attempt,
    finishedAttempt: before?.finishedAttempt ?? 0,
    ...(before?.startedAt === undefined ? {} : { startedAt: before.startedAt }),
    ...(before?.error === undefined ? {} : { error: before.error }),
  };
  return { ...view, tasks: new Map(view.tasks).set(event.taskRunId, task) };
}

function retrying(view: RunView, step: number, retryAt: number): RunView {
  const task = [...view.tasks.values()].find((one) => one.step === step && one.state === 'failed');
  return task === undefined
    ? view
    : change(view, task.taskRunId, () => ({ ...task, state: 'retrying', retryAt }));
}

function finished(view: RunView, event: Extract<RunEvent, { type: 'TaskFinished' }>): RunView {
  const { outcome, attempt, startedAt, finishedAt } = event;
  return change(view, event.taskRunId, (task) => {
    if (attempt <= task.finishedAttempt || task.state === 'cancelled') return task;
    if (outcome.status === 'deferred') return { ...task, state: 'retrying', retryAt: outcome.until };
    const { error: _, progress: __, ...rest } = task;
    const over = { ...rest, finishedAttempt: attempt, startedAt: task.startedAt ?? startedAt, finishedAt };
    switch (outcome.status) {
      case 'success':
        return { ...over, state: outcome.cached ? 'cached' : 'success' };
      case 'failed':
        return { ...over, state: 'failed', error: outcome.error.message };
      case 'cancelled':
        return { ...over, state: 'cancelled' };
    }
  });
}

function change(view: RunView, taskRunId: string, next: (task: TaskView) => TaskView): RunView {
  const task = view.tasks.get(taskRunId);
  if (task === undefined) return view;
  const changed = next(task);
  return changed === task ? view : { ...view, tasks: new Map(view.tasks).set(taskRunId, changed) };
}

function isOpen({ state }: TaskView): boolean {
  return state === 'scheduled' || state === 'running' || state === 'retrying';
}
