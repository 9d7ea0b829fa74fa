import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type {
  CallEvent,
  ErrorRecord,
  Outcome,
  RunEvent,
  Stored,
  StoredInRun,
  TaskScheduled,
  TimerKind,
} from '#libs/run-log';

export const BEGIN = Date.UTC(2030, 0, 1);
const actor = { userId: 'local', channel: 'cli' } as const;
const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

/** Gives an event as the stream RUN holds it: one second a sequence. */
export function inRun<E extends RunEvent>(seq: number, event: E, run = 'run-1'): StoredInRun<E> {
  return {
    event,
    runId: flowRunId(run),
    position: { stream: 'RUN', epoch: 'e1', seq: streamSeq(seq) },
    time: millis(BEGIN + seq * 1_000),
    trace,
  };
}

export function inCalls<E extends CallEvent>(seq: number, event: E): Stored<E> {
  const position = { stream: 'CALLS', epoch: 'e1', seq: streamSeq(seq) };
  return { event, position, time: millis(BEGIN + seq * 1_000), trace };
}

export const startRequested = (over: object = {}) =>
  ({
    type: 'StartRequested',
    flow: 'greet',
    input: { name: 'you' },
    inputHash: 'h',
    actor,
    flags: { verbose: true },
    tags: ['demo'],
    ...over,
  }) satisfies RunEvent;

export const flowStarted = { type: 'FlowStarted', flow: 'greet', version: '1', tags: ['flow'] } as const;

export const scheduled = (id: string, over: Partial<TaskScheduled> = {}): TaskScheduled => ({
  type: 'TaskScheduled',
  step: 0,
  task: `task ${id}`,
  attempt: 1,
  lane: 'normal',
  execution: 'at-least-once',
  reuseKey: id,
  taskRunId: taskRunId(id),
  service: 'greeter',
  operation: 'say_hello',
  contractVersion: 1,
  input: { name: 'you', 'a.b': { $set: 1 } },
  actor,
  flags: {},
  tags: ['demo'],
  idempotencyKey: `key-${id}`,
  createTaskrun: true,
  ...over,
});

export const failure: ErrorRecord = {
  code: 'greeter/busy',
  message: 'come back later',
  disposition: 'retry',
};
export const done: Outcome = { status: 'success', result: { said: 'hello' } };

/** An attempt that began `from` and ended `to` seconds after the beginning. */
export const finished = (id: string, outcome: Outcome, { attempt = 1, from = 3, to = 4 } = {}) =>
  ({
    type: 'TaskFinished',
    taskRunId: taskRunId(id),
    attempt,
    operation: 'say_hello',
    startedAt: millis(BEGIN + from * 1_000),
    finishedAt: millis(BEGIN + to * 1_000),
    deliveries: 1,
    by: 'greeter-1',
    outcome,
  }) satisfies RunEvent;

export const cancelled = (...ids: string[]) =>
  ({
    type: 'TasksCancelled',
    taskRunIds: ids.map(taskRunId),
    reason: 'the run was cancelled',
  }) satisfies RunEvent;

/** What `ann` said of the task `t1` when she let the run go on. */
export const resumed = (word: Word, id = 't1') =>
  ({
    type: 'RunResumed',
    actor: { userId: 'ann', channel: 'ui' },
    after: 'ambiguous',
    resolutions: [{ taskRunId: taskRunId(id), ...word }],
  }) satisfies RunEvent;

/** That nobody knows whether these tasks took effect. */
export const inDoubt = (...ids: string[]) =>
  ({
    type: 'RunHalted',
    reason: 'ambiguous',
    error: { code: 'flow/ambiguous-outcome', message: 'nobody knows', disposition: 'halt' },
    taskRunIds: ids.map(taskRunId),
  }) satisfies RunEvent;

type Word =
  | { readonly as: 'succeeded'; readonly result: unknown }
  | { readonly as: 'failed'; readonly message?: string }
  | { readonly as: 'retry' };

export const timer = (kind: TimerKind, timerId: string, step: number, dueAfter = 60) =>
  ({
    type: 'TimerScheduled',
    timerId,
    kind,
    step,
    dueAt: millis(BEGIN + dueAfter * 1_000),
  }) satisfies RunEvent;

export const fired = (timerId: string) => ({ type: 'TimerFired', timerId }) satisfies RunEvent;

export const approvalRequested = (step: number, over: object = {}) =>
  ({
    type: 'ApprovalRequested',
    step,
    name: 'send the greeting',
    payload: { text: 'hello' },
    ...over,
  }) satisfies RunEvent;

export const approvalAnswered = (step: number, approved: boolean, over: object = {}) =>
  ({
    type: 'ApprovalAnswered',
    actor: { userId: 'ann', channel: 'ui' },
    step,
    approved,
    ...over,
  }) satisfies RunEvent;

export const childScheduled = (step: number, child: string, over: object = {}) =>
  ({
    type: 'ChildScheduled',
    step,
    childRunId: flowRunId(child),
    flow: 'greet_one',
    input: {},
    tags: [],
    reuseKey: child,
    detached: false,
    root: 'run-1',
    ...over,
  }) satisfies RunEvent;

export const artifact = (step: number, over: object = {}) =>
  ({
    type: 'ArtifactRecorded',
    step,
    artifact: { kind: 'markdown', key: 'greetings', title: 'Greetings', data: '# hello', ...over },
  }) satisfies RunEvent;

export const claimed = (id: string, over: object = {}) =>
  ({
    type: 'CallClaimed',
    startedAt: millis(BEGIN),
    deadline: millis(BEGIN + 30_000),
    by: 'greeter-1',
    taskRunId: taskRunId(id),
    service: 'greeter',
    operation: 'say_hello',
    contractVersion: 1,
    input: { name: 'you' },
    actor,
    flags: { dryRun: true },
    tags: [],
    idempotencyKey: `key-${id}`,
    createTaskrun: true,
    ...over,
  }) satisfies CallEvent;

export const answered = (id: string, outcome: Outcome) =>
  ({
    type: 'CallFinished',
    taskRunId: taskRunId(id),
    service: 'greeter',
    operation: 'say_hello',
    startedAt: millis(BEGIN),
    finishedAt: millis(BEGIN + 250),
    by: 'greeter-1',
    outcome,
  }) satisfies CallEvent;
