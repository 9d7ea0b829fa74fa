import type { CallEvent, DecisionEvent, FactEvent, RequestEvent } from './events.js';
import { flowRunId, millis, taskRunId } from './ids.js';
import type { FlowRunId, TaskRunId } from './ids.js';
import type { TaskScheduled } from './run-log.js';
import { partitionOf } from './subjects.js';

/** Events for the specs of this library, each whole and valid. */
const actor = { userId: 'user-1', channel: 'cli' } as const;

let runs = 0;
export const freshRun = (prefix = 'run'): FlowRunId =>
  flowRunId(`${prefix}-${Date.now().toString(36)}-${runs++}`);

/** Draws run ids until one falls into the partition. */
export function runIn(partition: number): FlowRunId {
  for (;;) {
    const runId = freshRun();
    if (partitionOf(runId) === partition) return runId;
  }
}

export const started = (input: unknown = {}): Extract<RequestEvent, { type: 'StartRequested' }> => ({
  type: 'StartRequested',
  flow: 'sum',
  input,
  inputHash: 'hash',
  actor,
  flags: {},
  tags: ['a tag'],
});

export const cancel: RequestEvent & { type: 'CancelRequested' } = {
  type: 'CancelRequested',
  actor,
  reason: 'enough',
};

export const flowStarted: DecisionEvent = { type: 'FlowStarted', flow: 'sum', version: '1', tags: [] };

export const scheduled = (
  step: number,
  {
    runId,
    input = { step },
    operation = 'add',
    lane = 'normal' as const,
  }: {
    runId: FlowRunId;
    input?: unknown;
    operation?: string;
    lane?: 'normal' | 'urgent';
  },
): TaskScheduled => ({
  type: 'TaskScheduled',
  step,
  task: 'add numbers',
  attempt: 1,
  lane,
  execution: 'at-least-once',
  reuseKey: `key-${step}`,
  taskRunId: taskOf(runId, step),
  service: 'sums',
  operation,
  contractVersion: 1,
  input,
  actor,
  flags: { verbose: true },
  tags: [],
  idempotencyKey: `${runId}-${step}`,
  createTaskrun: true,
});

export const taskOf = (runId: FlowRunId, step: number): TaskRunId => taskRunId(`${runId}-${step}`);

export const finished = (
  taskRunIdOf: TaskRunId,
  outcome: Extract<FactEvent, { type: 'TaskFinished' }>['outcome'] = { status: 'success', result: 3 },
): Extract<FactEvent, { type: 'TaskFinished' }> => ({
  type: 'TaskFinished',
  taskRunId: taskRunIdOf,
  attempt: 1,
  operation: 'add',
  startedAt: millis(1_000),
  finishedAt: millis(1_010),
  deliveries: 1,
  by: 'process-1',
  outcome,
});

export const claimed = (
  taskRunIdOf: TaskRunId,
  holder: string,
  nonce: string,
): Extract<FactEvent, { type: 'TaskClaimed' }> => ({
  type: 'TaskClaimed',
  taskRunId: taskRunIdOf,
  attempt: 1,
  holder,
  nonce,
});

export const callFinished = (taskRunIdOf: TaskRunId): Extract<CallEvent, { type: 'CallFinished' }> => ({
  type: 'CallFinished',
  taskRunId: taskRunIdOf,
  service: 'sums',
  operation: 'add',
  startedAt: millis(1_000),
  finishedAt: millis(1_010),
  by: 'process-1',
  outcome: { status: 'success', result: 3 },
});
