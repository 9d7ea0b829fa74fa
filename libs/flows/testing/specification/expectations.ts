import type { Expected } from './given.js';

/** A task is handed to its service; `input` as much of it as matters. */
export const schedules = (task: string, input?: object, attempt?: number): Expected => ({
  type: 'TaskScheduled',
  task,
  ...(input === undefined ? {} : { input }),
  ...(attempt === undefined ? {} : { attempt }),
});

/** The step is undone by a task. */
export const undoes = (step: number, task: string, input?: object): Expected => ({
  type: 'TaskScheduled',
  task,
  compensates: step,
  ...(input === undefined ? {} : { input }),
});

export const startsChild = (flow: string, input?: object): Expected => ({
  type: 'ChildScheduled',
  flow,
  ...(input === undefined ? {} : { input }),
});

export const sleeps = (seconds: number): Expected => ({ type: 'TimerScheduled', kind: 'sleep', seconds });

export const waitsForSignal = (name: string): Expected => ({ type: 'SignalAwaited', name });

export const asksForApproval = (name: string): Expected => ({ type: 'ApprovalRequested', name });

/** Without a result, whatever it is. */
export const completes = (...result: [] | [unknown]): Expected => ({
  type: 'FlowCompleted',
  ...(result.length > 0 ? { result: result[0] as object } : {}),
});

export const fails = (code?: string): Expected => ({
  type: 'FlowFailed',
  ...(code === undefined ? {} : { error: { code } }),
});

export const endsCancelled = (): Expected => ({ type: 'FlowCancelled' });
