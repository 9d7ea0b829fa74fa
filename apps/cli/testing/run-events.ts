import { flowRunId, type LiveEvent, millis, type RunEvent, taskRunId } from '#libs/run-log';
import type { StreamedEvent } from '../gateway/resources.js';

const RUN = flowRunId('run1');
const BEGUN = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Dresses an event as the gateway streams it; LIVE ones have no `seq`. `after` is milliseconds since the run began. */
export function streamed(event: RunEvent | LiveEvent, seq: number | null = null, after = 0): StreamedEvent {
  return { runId: RUN, seq, time: new Date(BEGUN + after).toISOString(), event };
}

export const actor = { userId: 'local', channel: 'cli' } as const;

export const flowStarted: RunEvent = { type: 'FlowStarted', flow: 'greet', version: '1', tags: [] };
export const flowCompleted: RunEvent = { type: 'FlowCompleted', result: { greeted: 2 } };

export function scheduled(id: string, step: number, input: unknown, attempt = 1): RunEvent {
  return {
    type: 'TaskScheduled',
    step,
    task: 'say_hello',
    attempt,
    lane: 'normal',
    execution: 'at-least-once',
    reuseKey: id,
    taskRunId: taskRunId(id),
    service: 'greeter',
    operation: 'say_hello',
    contractVersion: 1,
    input,
    actor,
    flags: {},
    tags: [],
    idempotencyKey: id,
    createTaskrun: true,
  };
}

export function started(id: string, attempt = 1, after = 0): LiveEvent {
  return {
    type: 'TaskStarted',
    taskRunId: taskRunId(id),
    attempt,
    service: 'greeter',
    operation: 'say_hello',
    startedAt: millis(BEGUN + after),
    by: 'here',
  };
}

export function finished(
  id: string,
  outcome: Extract<RunEvent, { type: 'TaskFinished' }>['outcome'],
  { attempt = 1, from = 0, to = 1_200 } = {},
): RunEvent {
  return {
    type: 'TaskFinished',
    taskRunId: taskRunId(id),
    attempt,
    operation: 'say_hello',
    startedAt: millis(BEGUN + from),
    finishedAt: millis(BEGUN + to),
    deliveries: 1,
    by: 'here',
    outcome,
  };
}

export const succeeded = { status: 'success', result: {} } as const;
export const failedBy = (message: string) =>
  ({ status: 'failed', error: { code: 'greeter/mute', message, disposition: 'retry' } }) as const;

export function logged(message: string, id?: string): LiveEvent {
  const entry = { level: 'info', message, at: millis(BEGUN) } as const;
  return { type: 'LogEmitted', entry, ...(id === undefined ? {} : { taskRunId: taskRunId(id) }) };
}

export { BEGUN };
