import type { LiveEvent, RunEvent } from '#libs/run-log';
import { evolveWaits, goesOn, NO_WAITS, WaitKind } from '#libs/run-records';
import type { Waiting } from '#libs/run-records';
import type { StreamedEvent } from '../gateway/resources.js';
import {
  claimed,
  finished,
  givenUp,
  inDoubt,
  isAtWork,
  isOpen,
  mayRun,
  resolved,
  scheduled,
  type TaskView,
} from './task-view.js';

/** A flow run as a viewer sees it while it happens. */
export interface RunView {
  readonly runId: string;
  readonly flow: string;
  readonly status:
    'pending' | 'running' | 'waiting' | 'paused' | 'completed' | 'failed' | 'cancelled' | 'halted';
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly error?: string;
  /** It was told to end, and may still clean up. */
  readonly ending?: boolean;
  /** The run that goes on with its work. */
  readonly continuedBy?: string;
  readonly tasks: ReadonlyMap<string, TaskView>;
  /** What it waits for beside its tasks. */
  readonly waiting: Waiting;
  /** Names of what was asked for beside tasks, by step. */
  readonly asked: ReadonlyMap<number, string>;
}

export function newView(runId: string, flow: string): RunView {
  return { runId, flow, status: 'pending', tasks: new Map(), waiting: NO_WAITS, asked: new Map() };
}

/** Takes one event in. What the log says wins over what LIVE says, in whatever order they come. */
export function watch(view: RunView, { event, time }: StreamedEvent): RunView {
  const at = Date.parse(time);
  if (isLive(event)) return told(view, event);
  const waiting = evolveWaits(view.waiting, event, new Date(at));
  const waited = waiting === view.waiting ? view : { ...view, waiting };
  const next = fold(takenUp(waited, event), event, at);
  const status = statusOf(next);
  return status === next.status ? next : { ...next, status };
}

const isLive = (event: RunEvent | LiveEvent): event is LiveEvent =>
  event.type === 'TaskStarted' || event.type === 'TaskProgressed' || event.type === 'LogEmitted';

/** What only services tell, while they work. */
function told(view: RunView, event: LiveEvent): RunView {
  switch (event.type) {
    case 'TaskStarted':
      return change(view, event.taskRunId, (task) =>
        mayRun(task, event.attempt) && isOpen(task)
          ? { ...task, state: 'running', startedAt: task.startedAt ?? event.startedAt }
          : task,
      );
    case 'TaskProgressed':
      return change(view, event.taskRunId, (task) => {
        const { done, total, message } = event;
        const progress = {
          done,
          ...(total === undefined ? {} : { total }),
          ...(message === undefined ? {} : { message }),
        };
        // A viewer that came late has missed the word that it started.
        return isOpen(task) ? { ...task, state: 'running', progress } : task;
      });
    case 'LogEmitted':
      return view;
  }
}

function fold(view: RunView, event: RunEvent, at: number): RunView {
  switch (event.type) {
    case 'StartRequested':
      return { ...view, flow: event.flow, startedAt: view.startedAt ?? at };
    case 'FlowStarted':
      return { ...view, flow: event.flow, status: 'running', startedAt: view.startedAt ?? at };
    case 'FlowRetried':
      return { ...view, status: 'running', error: event.error.message };
    case 'FlowCompleted':
      return { ...view, status: 'completed', finishedAt: at };
    case 'FlowContinued':
      return { ...view, status: 'completed', finishedAt: at, continuedBy: event.nextRunId };
    case 'FlowFailed':
      return { ...view, status: 'failed', finishedAt: at, error: event.error.message };
    case 'FlowCancelled':
      return ended(view, 'cancelled', at, event.reason);
    case 'FlowCancelling':
      return { ...view, ending: true };
    case 'RunHalted':
      return (event.taskRunIds ?? []).reduce(
        (seen, id) => change(seen, id, (task) => inDoubt(task, event)),
        ended(view, 'halted', at, event.error.message),
      );
    case 'RunPaused':
      return { ...view, status: 'paused', ...(event.reason === undefined ? {} : { error: event.reason }) };
    case 'RunParked':
      return { ...view, status: 'waiting', error: `no orchestrator here has version ${event.version} of it` };
    case 'TaskScheduled': {
      const task = scheduled(view.tasks.get(event.taskRunId), event);
      return task === undefined ? view : withTask(view, task);
    }
    case 'TaskClaimed':
      return change(view, event.taskRunId, (task) => claimed(task, event));
    case 'TimerScheduled':
      return event.kind === 'task-retry' ? retrying(view, event.step, event.dueAt) : view;
    case 'TasksCancelled':
      return event.taskRunIds.reduce((seen, id) => change(seen, id, (task) => givenUp(task, event)), view);
    case 'TaskFinished':
      return change(view, event.taskRunId, (task) => finished(task, event));
    case 'RunResumed':
      return (event.resolutions ?? []).reduce(
        (seen, { taskRunId }) => change(seen, taskRunId, (task) => resolved(task, event)),
        view,
      );
    case 'ApprovalRequested':
    case 'ValueRequested':
      return named(view, event.step, event.name);
    case 'ChildScheduled':
      return named(view, event.step, event.flow);
    case 'CancelRequested':
    case 'PauseRequested':
    case 'SignalSent':
    case 'ApprovalAnswered':
    case 'TimerFired':
    case 'ChildFinished':
    case 'ValueLoaded':
    case 'ChildrenCancelled':
    case 'SignalAwaited':
    case 'ArtifactRecorded':
    case 'CompensationStarted':
    case 'ResumeRequested':
      return view;
  }
}

/** A decision of a run that stood still shows that it goes on. */
function takenUp(view: RunView, event: RunEvent): RunView {
  if ((view.status !== 'paused' && view.status !== 'halted') || !goesOn(event)) return view;
  const { error: _, finishedAt: __, ...rest } = view;
  return { ...rest, status: 'running' };
}

/** Between its beginning and its end a run either does something or waits. */
function statusOf({ status, waiting: { waits }, tasks }: RunView): RunView['status'] {
  if (status !== 'running' && status !== 'waiting') return status;
  if (waits.some(({ kind }) => kind === WaitKind.version)) return 'waiting';
  return waits.length > 0 && ![...tasks.values()].some(isAtWork) ? 'waiting' : 'running';
}

function ended(view: RunView, status: 'cancelled' | 'halted', at: number, reason?: string): RunView {
  return { ...view, status, finishedAt: at, ...(reason === undefined ? {} : { error: reason }) };
}

function named(view: RunView, step: number, name: string): RunView {
  return { ...view, asked: new Map(view.asked).set(step, name) };
}

function retrying(view: RunView, step: number, retryAt: number): RunView {
  const task = [...view.tasks.values()].find((one) => one.step === step && one.state === 'failed');
  return task === undefined ? view : withTask(view, { ...task, state: 'retrying', retryAt });
}

function change(view: RunView, taskRunId: string, next: (task: TaskView) => TaskView): RunView {
  const task = view.tasks.get(taskRunId);
  return task === undefined ? view : withTask(view, next(task));
}

function withTask(view: RunView, task: TaskView): RunView {
  if (view.tasks.get(task.taskRunId) === task) return view;
  return { ...view, tasks: new Map(view.tasks).set(task.taskRunId, task) };
}
