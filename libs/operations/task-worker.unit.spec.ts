import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { memoryBuckets } from '#libs/key-values';
import type { Buckets } from '#libs/key-values';
import {
  ClaimTakenError,
  LogUnavailableError,
  BodyTooLargeError,
  UnknownEventError,
  taskRunId,
} from '#libs/run-log';
import type { Outcome, RunEvent } from '#libs/run-log';
import { Cancellations } from './cancellations.js';
import { Heartbeat } from './heartbeat.js';
import { KeptResults } from './kept/kept-results.js';
import type { OperationRun } from './operation-run.js';
import { Runner } from './runner.js';
import { TaskWorker } from './task-worker.js';
import { memoryAdmissions } from './testing/memory-admissions.js';
import { RecordingLog } from './testing/recording-log.js';
import { Login, Send, SendOnce, taskOf } from './testing/sample-contracts.js';
import { SilentLogger } from './testing/silent-logger.js';
import type { Handler } from './work.js';

Logger.overrideLogger(false);

const sent = { success: true, parcelIds: ['p1'] };
const task = taskOf(Send);
const once = taskOf(SendOnce);

let log: RecordingLog;
let cancellations: Cancellations;
let heard: () => Promise<void>;
let worker: TaskWorker;
let buckets: Buckets;
let logger: SilentLogger;
const handler = jest.fn<(input: object, run: OperationRun) => unknown>();
const handle = (delivery: Parameters<TaskWorker['handle']>[2], contract = Send) =>
  worker.handle(contract, handler as Handler, delivery);

beforeEach(() => {
  log = new RecordingLog();
  buckets = memoryBuckets();
  logger = new SilentLogger();
  cancellations = new Cancellations();
  heard = () => Promise.resolve();
  handler.mockReset().mockImplementation(() => Promise.resolve(sent));
  const runner = new Runner({
    authorize: () => true,
    stopGraceMs: 100,
    logger,
    surroundings: {
      callFrom: () => Promise.reject(new TypeError('no nested calls here')),
      publishLive: () => undefined,
    },
  });
  worker = new TaskWorker({
    log,
    runner,
    cancellations,
    admissions: memoryAdmissions(runner, buckets),
    kept: new KeptResults(buckets, logger),
    heartbeat: new Heartbeat(3_000, () => heard()),
    service: 'post',
    by: 'post@here',
    deliveryLimit: 5,
    ackWaitMs: 3_000,
  });
});
afterEach(() => {
  jest.useRealTimers();
});

const outcome = (): Outcome | undefined => log.outcomes[0]?.outcome;
const success: Outcome = { status: 'success', result: sent };
const finished = (details: { attempt?: number; taskRunId?: string; outcome?: Outcome }): RunEvent => ({
  type: 'TaskFinished',
  taskRunId: taskRunId(details.taskRunId ?? 'task-1'),
  attempt: details.attempt ?? 1,
  operation: 'send_parcel',
  startedAt: 1 as never,
  finishedAt: 2 as never,
  deliveries: 1,
  by: 'other',
  outcome: details.outcome ?? success,
});

/** A handler that begins, tells so, and ends when it is told to stop. */
function stoppable(): { begun: Promise<OperationRun>; finish: (value: unknown) => void } {
  let begin: (run: OperationRun) => void;
  let finish: (value: unknown) => void = () => undefined;
  const begun = new Promise<OperationRun>((resolve) => (begin = resolve));
  handler.mockImplementation(
    (_input, run) =>
      new Promise((resolve, reject) => {
        finish = resolve;
        run.signal.addEventListener('abort', () => reject(run.signal.reason as Error));
        begin(run);
      }),
  );
  return { begun, finish: (value) => finish(value) };
}

describe('a task', () => {
  it('runs, stores its outcome, and is acked only then', async () => {
    await handle(log.delivery(task));
    expect(outcome()).toMatchObject({
      status: 'success',
      result: sent,
      resultRefs: [{ collection: 'Parcel', documentId: 'p1' }],
    });
    expect(log.outcomes[0]).toMatchObject({
      attempt: 1,
      deliveries: 1,
      by: 'post@here',
      operation: 'send_parcel',
    });
    expect(log.order).toEqual(['outcome', 'ack']);
  });

  it('is said to have started as soon as it lasts long enough for that to be seen', async () => {
    jest.useFakeTimers();
    let end = (_sent: object): void => undefined;
    handler.mockReturnValue(new Promise<object>((resolve) => (end = resolve)));
    const handled = handle(log.delivery(task));
    const startedAt = Date.now();
    await jest.advanceTimersByTimeAsync(20);
    expect(log.live).toEqual([
      expect.objectContaining({ type: 'TaskStarted', taskRunId: 'task-1', attempt: 1, startedAt }),
    ]);
    end(sent);
    await handled;
    handler.mockReturnValue(sent);
    await handle(log.delivery({ ...task, taskRunId: 'task-2' as never }));
    await jest.advanceTimersByTimeAsync(100);
    expect(log.live).toHaveLength(1);
  });

  it('runs for the actor of its flow, whatever the input says', async () => {
    await handle(log.delivery(taskOf(Send, { input: { query: { words: ['red'] }, userId: 'eve' } })));
    expect(handler.mock.calls[0]?.[0]).toMatchObject({ userId: 'anna' });
  });

  it('acks a refusal: it would be refused again', async () => {
    await handle(log.delivery(taskOf(Send, { input: {} })));
    expect(outcome()).toMatchObject({ status: 'failed', error: { code: 'operation/invalid-input' } });
    expect(log.order).toEqual(['outcome', 'ack']);
  });

  it('says nothing live where no record is wanted, and answers all the same', async () => {
    await handle(log.delivery(taskOf(Send, { createTaskrun: false })));
    expect(log.live).toEqual([]);
    expect(log.order).toEqual(['outcome', 'ack']);
  });

  it('keeps sensitive values out of its outcome', async () => {
    handler.mockImplementation(() => ({ said: 'hello', token: 't0p-s3cret' }));
    await handle(
      log.delivery(taskOf(Login, { input: { name: 'anna', password: 'battery' } })),
      Login as never,
    );
    expect(outcome()).toMatchObject({ status: 'success', result: { said: 'hello', token: '[redacted]' } });
  });

  it('passes on the trace of its message', async () => {
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    await handle(log.delivery(task, { trace }));
    expect(log.traces).toEqual([trace]);
  });
});

describe('rule 13: what may have been handled before is looked up first', () => {
  it('does not look up a first delivery', async () => {
    await handle(log.delivery(task));
    expect(log.lookUps).toBe(0);
  });

  it.each([
    ['redelivered', { deliveries: 2 }],
    ['older than its durable', { olderThanReader: true }],
  ])('looks up a message that is %s, and runs it when nothing stands against it', async (_what, details) => {
    await handle(log.delivery(task, details));
    expect(log.lookUps).toBe(1);
    expect(log.order).toEqual(['outcome', 'ack']);
  });

  it('looks up what was stored before this process followed the cancels', async () => {
    worker.followsCancelsSince(7 as never);
    await handle(log.delivery(task, { seq: 7 }));
    await handle(log.delivery(task, { seq: 8 }));
    expect(log.lookUps).toBe(1);
  });

  it.each<[string, RunEvent]>([
    ['an outcome of this attempt', finished({})],
    ['a later attempt', taskOf(Send, { attempt: 2 })],
    ['the outcome of a later attempt', finished({ attempt: 2 })],
    ['the end of the run', { type: 'FlowCompleted', result: {} }],
    ['the failure of the run', { type: 'FlowCancelled' }],
    [
      'that the run goes on in another',
      { type: 'FlowContinued', nextRunId: 'run-2' as never, input: {}, fedSeq: 1 as never },
    ],
  ])('acks without running when the log holds %s', async (_what, event) => {
    log.history = [task, event];
    await handle(log.delivery(task, { deliveries: 2 }));
    expect(handler).not.toHaveBeenCalled();
    expect(log.order).toEqual(['ack']);
  });

  it('answers cancelled, unrun, when the log holds a cancel that names it', async () => {
    log.history = [
      task,
      { type: 'TasksCancelled', taskRunIds: [task.taskRunId], reason: 'no longer wanted' },
    ];
    await handle(log.delivery(task, { deliveries: 2 }));
    expect(handler).not.toHaveBeenCalled();
    expect(outcome()).toEqual({ status: 'cancelled', reason: 'no longer wanted' });
  });

  it.each<[string, RunEvent[]]>([
    ['the outcome of an earlier attempt', [finished({ attempt: 1 }), taskOf(Send, { attempt: 2 })]],
    [
      'the outcome of another task',
      [taskOf(Send, { attempt: 2 }), finished({ taskRunId: 'task-2', attempt: 9 })],
    ],
  ])('runs in spite of %s', async (_what, events) => {
    log.history = events;
    await handle(log.delivery(taskOf(Send, { attempt: 2 }), { deliveries: 2, seq: 2 }));
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('runs an attempt again that was deferred before this message, and not one deferred after it', async () => {
    const deferred = finished({ outcome: { status: 'deferred', until: 5 as never } });
    log.history = [task, deferred, task];
    await handle(log.delivery(task, { deliveries: 2, seq: 1 }));
    expect(handler).not.toHaveBeenCalled();
    await handle(log.delivery(task, { deliveries: 2, seq: 3 }));
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('leaves a history that it cannot read to a person', async () => {
    log.unreadable = new UnknownEventError('Odd', 9, 4);
    await handle(log.delivery(task, { deliveries: 2 }));
    expect(handler).not.toHaveBeenCalled();
    expect(outcome()).toMatchObject({
      status: 'failed',
      error: { code: 'run-log/unknown-event', disposition: 'halt' },
    });
    expect(log.order).toEqual(['outcome', 'ack']);
  });

  it('acks what the readable part of a history shows to be done', async () => {
    log.unreadable = new UnknownEventError('Odd', 9, 4);
    log.history = [task, finished({})];
    await handle(log.delivery(task, { deliveries: 2 }));
    expect(log.order).toEqual(['ack']);
  });

  it('runs one attempt once, however often it is delivered meanwhile', async () => {
    const { begun, finish } = stoppable();
    const first = handle(log.delivery(task));
    await begun;
    const second = handle(log.delivery(task, { deliveries: 2 }));
    finish(sent);
    await Promise.all([first, second]);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(log.order).toEqual(['outcome', 'ack', 'ack']);
  });
});

describe('rule 14: at most once', () => {
  const held = new ClaimTakenError(once.taskRunId, 1, 'post@dead');
  const refuseClaims = (): void => {
    log.beforeWrite = (what) => {
      if (what === 'claim') throw held;
    };
  };

  it('claims before it begins', async () => {
    handler.mockImplementation(() => {
      log.order.push('begin');
      return sent;
    });
    await handle(log.delivery(once), SendOnce);
    expect(log.order).toEqual(['claim', 'begin', 'outcome', 'ack']);
    expect(log.claims[0]).toMatchObject({ taskRunId: 'task-1', attempt: 1, holder: 'post@here' });
  });

  it('claims again with the same nonce when the log did not answer', async () => {
    jest.useFakeTimers();
    const nonces: string[] = [];
    const claim = log.claim.bind(log);
    log.claim = async (runId, fact) => {
      nonces.push(fact.nonce);
      if (nonces.length === 1) throw new LogUnavailableError('claiming');
      return claim(runId, fact);
    };
    const handling = handle(log.delivery(once), SendOnce);
    await jest.advanceTimersByTimeAsync(100);
    await handling;
    expect(new Set(nonces).size).toBe(1);
    expect(nonces).toHaveLength(2);
  });

  it('never runs behind the claim of a dead process: a person decides', async () => {
    refuseClaims();
    await handle(log.delivery(once, { deliveries: 2 }), SendOnce);
    expect(handler).not.toHaveBeenCalled();
    expect(outcome()).toMatchObject({
      status: 'failed',
      error: { code: 'operation/ambiguous', disposition: 'halt' },
    });
    expect(log.order).toEqual(['outcome', 'ack']);
  });

  it('only acks where the holder of the claim did finish', async () => {
    refuseClaims();
    log.history = [once, finished({})];
    await handle(log.delivery(once), SendOnce);
    expect(log.order).toEqual(['ack']);
  });

  it('waits for a holder that may still live', async () => {
    refuseClaims();
    await handle(log.delivery(once), SendOnce);
    expect(log.order).toEqual(['retry 3000']);
  });

  it('does not hand back what has begun when the process stops', async () => {
    const { begun } = stoppable();
    const handling = handle(log.delivery(once), SendOnce);
    await begun;
    await worker.close(AbortSignal.abort());
    await handling;
    expect(outcome()).toMatchObject({ status: 'failed', error: { code: 'operation/ambiguous' } });
  });
});

describe('a task that says itself how often it may take effect, whatever its operation says', () => {
  async function stopped(of: typeof task, contract: typeof Send): Promise<void> {
    const { begun } = stoppable();
    const handling = handle(log.delivery(of), contract);
    await begun;
    await worker.close(AbortSignal.abort());
    await handling;
  }

  it('is claimed, and not handed back once begun, where it may run only once', async () => {
    await stopped(taskOf(Send, { execution: 'at-most-once' }), Send);
    expect(log.order).toEqual(['claim', 'outcome', 'ack']);
    expect(outcome()).toMatchObject({ status: 'failed', error: { code: 'operation/ambiguous' } });
  });

  it('needs no claim, and is handed back, where it may run again', async () => {
    await stopped(taskOf(SendOnce, { execution: 'at-least-once' }), SendOnce);
    expect(log.order).toEqual(['retry 0']);
  });
});

describe('rule 15: deliveries are counted', () => {
  it('still runs at the limit', async () => {
    await handle(log.delivery(task, { deliveries: 5 }));
    expect(outcome()?.status).toBe('success');
  });

  it('stores the outcome, then the dead letter, then acks, past the limit', async () => {
    await handle(log.delivery(task, { deliveries: 6 }));
    expect(handler).not.toHaveBeenCalled();
    expect(log.order).toEqual(['outcome', 'DeadLettered', 'ack']);
    expect(outcome()).toMatchObject({
      status: 'failed',
      error: { code: 'operation/delivery-exhausted', disposition: 'terminal' },
    });
    expect(log.calls[0]).toMatchObject({
      runId: 'run-1',
      taskRunId: 'task-1',
      deliveries: 6,
      input: task.input,
    });
  });
});

describe('cancels', () => {
  const cancel = () =>
    cancellations.note({ type: 'TasksCancelled', taskRunIds: [task.taskRunId], reason: 'flow cancelled' });

  it('abort what runs', async () => {
    const { begun } = stoppable();
    const handling = handle(log.delivery(task));
    await begun;
    cancel();
    await handling;
    expect(outcome()).toEqual({ status: 'cancelled', reason: 'flow cancelled' });
    expect(log.order).toEqual(['outcome', 'ack']);
  });

  it('answer queued work cancelled, unrun', async () => {
    cancel();
    await handle(log.delivery(task));
    expect(handler).not.toHaveBeenCalled();
    expect(outcome()).toEqual({ status: 'cancelled', reason: 'flow cancelled' });
  });
});

describe('while the log does not answer', () => {
  it('keeps trying to store the outcome, keeps the message alive, and acks at last', async () => {
    jest.useFakeTimers();
    let failures = 0;
    log.beforeWrite = () => {
      if (failures++ < 6) throw new LogUnavailableError('outcome');
    };
    const handling = handle(log.delivery(task));
    await jest.advanceTimersByTimeAsync(10_000);
    await handling;
    expect(log.order.filter((step) => step !== 'working')).toEqual(['outcome', 'ack']);
    expect(log.order.filter((step) => step === 'working').length).toBeGreaterThan(2);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('stores a failure that says so in place of an outcome that is too large', async () => {
    let first = true;
    log.beforeWrite = () => {
      if (first) {
        first = false;
        throw new BodyTooLargeError('TaskFinished', 99, 10);
      }
    };
    await handle(log.delivery(task));
    expect(outcome()).toMatchObject({
      status: 'failed',
      error: { code: 'run-log/body-too-large', disposition: 'terminal' },
    });
  });

  it('stops work of which no heartbeat got through for two thirds of the ack wait, and says nothing', async () => {
    jest.useFakeTimers();
    heard = () => new Promise(() => undefined);
    const { begun } = stoppable();
    const handling = handle(log.delivery(task));
    const run = await begun;
    await jest.advanceTimersByTimeAsync(1_999);
    expect(run.signal.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await handling;
    expect(run.signal.reason).toMatchObject({ code: 'operation/lost-contact' });
    expect(log.order).toEqual(['working']);
  });
});

describe('when the process stops', () => {
  it('lets what is in hand finish within the grace', async () => {
    const { begun, finish } = stoppable();
    const handling = handle(log.delivery(task));
    await begun;
    const closing = worker.close(new AbortController().signal);
    finish(sent);
    await Promise.all([handling, closing]);
    expect(log.order).toEqual(['outcome', 'ack']);
  });

  it('hands back what is not done when the grace is over, without an outcome', async () => {
    const grace = new AbortController();
    const { begun } = stoppable();
    const handling = handle(log.delivery(task));
    await begun;
    const closing = worker.close(grace.signal);
    grace.abort();
    await Promise.all([handling, closing]);
    expect(log.order).toEqual(['retry 0']);
  });

  it('hands back what comes late', async () => {
    await worker.close(new AbortController().signal);
    await handle(log.delivery(task));
    expect(handler).not.toHaveBeenCalled();
    expect(log.order).toEqual(['retry 0']);
  });

  it('leaves the message alone when its outcome could not be stored in time', async () => {
    const grace = new AbortController();
    log.beforeWrite = () => {
      grace.abort();
      throw new LogUnavailableError('outcome');
    };
    const handling = handle(log.delivery(task));
    await Promise.all([handling, worker.close(grace.signal)]);
    expect(log.order).toEqual([]);
  });
});

it('hands a message back after a pause when the fault is its own', async () => {
  log.readRun = () => Promise.reject(new TypeError('a bug'));
  await handle(log.delivery(task, { deliveries: 2 }));
  expect(log.order).toEqual(['retry 1000']);
});
