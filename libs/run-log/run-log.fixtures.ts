import type { CallEvent, DecisionEvent, FactEvent, RequestEvent } from './events.js';
import { flowRunId, millis, streamSeq, taskRunId } from './ids.js';
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

type OneOfEach<E extends { readonly type: string }> = { readonly [T in E['type']]: Extract<E, { type: T }> };
type Request = Exclude<RequestEvent, { type: 'StartRequested' }>;

/** One request of each kind that is not a start. */
export function requests(runId: FlowRunId): readonly Request[] {
  const each: OneOfEach<Request> = {
    SignalSent: { type: 'SignalSent', actor, name: 'go', payload: { by: 'hand' } },
    ApprovalAnswered: { type: 'ApprovalAnswered', actor, step: 3, approved: true, comment: 'fine' },
    PauseRequested: { type: 'PauseRequested', actor, reason: 'lunch' },
    ResumeRequested: {
      type: 'ResumeRequested',
      actor,
      resolutions: [{ taskRunId: taskOf(runId, 1), as: 'succeeded', result: 3 }],
    },
    ChildFinished: {
      type: 'ChildFinished',
      step: 4,
      childRunId: flowRunId('child-1'),
      end: { status: 'completed', result: 1 },
    },
    ValueLoaded: { type: 'ValueLoaded', step: 5, found: true, value: 'watermark' },
    TimerFired: { type: 'TimerFired', timerId: 't1' },
    CancelRequested: cancel,
  };
  return Object.values(each);
}

/** One decision of each kind. */
export function decisions(runId: FlowRunId): readonly DecisionEvent[] {
  const error = { code: 'test/broken', message: 'it broke', disposition: 'terminal' } as const;
  const childRunId = flowRunId('child-1');
  const each: OneOfEach<DecisionEvent> = {
    FlowStarted: flowStarted,
    TaskScheduled: scheduled(1, { runId }),
    TimerScheduled: { type: 'TimerScheduled', timerId: 't1', kind: 'sleep', step: 2, dueAt: millis(5_000) },
    FlowRetried: { type: 'FlowRetried', epoch: 2, fedSeq: streamSeq(1), error },
    ChildScheduled: {
      type: 'ChildScheduled',
      step: 3,
      childRunId,
      flow: 'sum',
      input: {},
      tags: [],
      reuseKey: 'key-3',
      detached: false,
      root: 'root-3',
    },
    ChildrenCancelled: { type: 'ChildrenCancelled', childRunIds: [childRunId], reason: 'enough' },
    SignalAwaited: { type: 'SignalAwaited', step: 4, name: 'go' },
    ApprovalRequested: {
      type: 'ApprovalRequested',
      step: 5,
      name: 'send',
      payload: 1,
      otherwise: 'declined',
    },
    ValueRequested: { type: 'ValueRequested', step: 6, source: 'state', name: 'watermark' },
    ArtifactRecorded: { type: 'ArtifactRecorded', step: 7, artifact: { kind: 'markdown', data: '# Sums' } },
    FlowCancelling: { type: 'FlowCancelling', cause: 'timeout' },
    CompensationStarted: { type: 'CompensationStarted', steps: [1] },
    RunPaused: { type: 'RunPaused', actor },
    RunResumed: { type: 'RunResumed', actor, after: 'pause' },
    TasksCancelled: { type: 'TasksCancelled', taskRunIds: [taskOf(runId, 1)], reason: 'enough' },
    RunHalted: { type: 'RunHalted', reason: 'error', error },
    RunParked: { type: 'RunParked', flow: 'sum', version: '2' },
    FlowCompleted: { type: 'FlowCompleted', result: 3, state: { watermark: 7 } },
    FlowFailed: { type: 'FlowFailed', error },
    FlowCancelled: { type: 'FlowCancelled', reason: 'enough' },
    FlowContinued: {
      type: 'FlowContinued',
      nextRunId: childRunId,
      input: {},
      fedSeq: streamSeq(9),
      signals: [],
    },
  };
  return Object.values(each);
}

export const flowStarted: Extract<DecisionEvent, { type: 'FlowStarted' }> = {
  type: 'FlowStarted',
  flow: 'sum',
  version: '1',
  tags: [],
};

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
