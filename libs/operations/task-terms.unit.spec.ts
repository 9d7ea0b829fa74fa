import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { memoryBuckets } from '#libs/key-values';
import type { Buckets } from '#libs/key-values';
import { ClaimTakenError, LogUnavailableError, millis } from '#libs/run-log';
import type { Outcome, TaskScheduled } from '#libs/run-log';
import { Cancellations } from './cancellations.js';
import { defineOperation } from './contract.js';
import type { OperationContract } from './contract.js';
import { DirectCalls } from './direct-calls.js';
import { Heartbeat } from './heartbeat.js';
import { KeptResults, readResult } from './kept/kept-results.js';
import { Runner } from './runner.js';
import { TaskWorker } from './task-worker.js';
import { memoryAdmissions } from './testing/memory-admissions.js';
import { RecordingLog } from './testing/recording-log.js';
import { Send, SendOnce, taskOf, workOf } from './testing/sample-contracts.js';
import { SilentLogger } from './testing/silent-logger.js';

Logger.overrideLogger(false);

const sent = { success: true, parcelIds: ['p1'] };
const alone = [{ name: 'alone', key: () => 'all', concurrency: 1 }];
const Limited = defineOperation({ ...Send, limits: alone });
const LimitedOnce = defineOperation({ ...SendOnce, limits: alone });

let buckets: Buckets;
let log: RecordingLog;
let runner: Runner;
let worker: TaskWorker;
const handler = jest.fn<() => unknown>();
const cancellations = new Cancellations();

beforeEach(() => {
  handler.mockReset().mockImplementation(() => sent);
  buckets = memoryBuckets();
  log = new RecordingLog();
  const logger = new SilentLogger();
  runner = new Runner({
    authorize: ({ actor }) => actor.userId !== 'eve',
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
    heartbeat: new Heartbeat(30_000, () => Promise.resolve()),
    service: 'post',
    by: 'post@here',
    deliveryLimit: 5,
    ackWaitMs: 30_000,
  });
});

const handle = (contract: OperationContract, details: Partial<TaskScheduled> = {}, seq = 1) =>
  worker.handle(contract, handler, log.delivery(taskOf(contract, details), { seq }));
const outcomes = (): Outcome[] => log.outcomes.map(({ outcome }) => outcome);

/** Lets a handler begin and waits with it until it is told to end. */
function slowHandler(): { readonly begun: Promise<void>; end(): void } {
  let begin = (): void => undefined;
  let end = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const ended = new Promise<void>((resolve) => (end = resolve));
  handler.mockImplementationOnce(async () => {
    begin();
    await ended;
    return sent;
  });
  return { begun, end: () => end() };
}

describe('rule 16: a task without room at a keyed limit', () => {
  it('is answered deferred, with a time to come, and acked', async () => {
    const slow = slowHandler();
    const first = handle(Limited, { taskRunId: 'task-1' as never });
    await slow.begun;
    const asked = Date.now();
    await handle(Limited, { taskRunId: 'task-2' as never });
    expect(outcomes()).toEqual([{ status: 'deferred', until: expect.any(Number) }]);
    expect((outcomes()[0] as { until: number }).until).toBeGreaterThan(asked);
    expect(log.order).toEqual(['outcome', 'ack']);
    slow.end();
    await first;
  });

  it('runs when the same attempt is scheduled again and there is room', async () => {
    const slow = slowHandler();
    const first = handle(Limited, { taskRunId: 'task-1' as never });
    await slow.begun;
    await handle(Limited, { taskRunId: 'task-2' as never }, 2);
    slow.end();
    await first;
    await handle(Limited, { taskRunId: 'task-2' as never }, 3);
    expect(outcomes().map(({ status }) => status)).toEqual(['deferred', 'success', 'success']);
  });

  it('runs although its deferral is still being settled when it comes again', async () => {
    const slow = slowHandler();
    const first = handle(Limited, { taskRunId: 'task-1' as never });
    await slow.begun;
    let store = (): void => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    let storing = (): void => undefined;
    const reached = new Promise<void>((resolve) => (storing = resolve));
    log.beforeWrite = () => {
      log.beforeWrite = () => undefined;
      storing();
      return stored;
    };
    const deferred = handle(Limited, { taskRunId: 'task-2' as never }, 2);
    await reached;
    slow.end();
    await first;
    await handle(Limited, { taskRunId: 'task-2' as never }, 3);
    store();
    await deferred;
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('takes no claim before it has room, and one when it begins', async () => {
    const slow = slowHandler();
    const first = handle(LimitedOnce, { taskRunId: 'task-1' as never });
    await slow.begun;
    const later = { taskRunId: 'task-2' as never, startBy: millis(9e12) };
    await handle(LimitedOnce, later, 2);
    expect(log.claims.map(({ taskRunId }) => taskRunId)).toEqual(['task-1']);
    slow.end();
    await first;
    await handle(LimitedOnce, later, 3);
    expect(log.claims.map(({ taskRunId }) => taskRunId)).toEqual(['task-1', 'task-2']);
  });

  it('gives its room back when it must not begin after all', async () => {
    log.beforeWrite = (what) => {
      if (what === 'claim') throw new ClaimTakenError('task-1' as never, 1, 'orchestrator');
    };
    await handle(LimitedOnce, {}, 1);
    log.beforeWrite = () => undefined;
    await handle(LimitedOnce, { taskRunId: 'task-2' as never }, 2);
    expect(outcomes().map(({ status }) => status)).toEqual(['success']);
  });

  it('is refused without looking for room when its input is', async () => {
    const slow = slowHandler();
    const first = handle(Limited, { taskRunId: 'task-1' as never });
    await slow.begun;
    await handle(Limited, { taskRunId: 'task-2' as never, input: {} });
    expect(outcomes()).toMatchObject([{ error: { code: 'operation/invalid-input' } }]);
    slow.end();
    await first;
  });

  it('waits for the limits to answer again', async () => {
    const limits = buckets.open('LIMITS');
    const create = limits.create.bind(limits);
    limits.create = (...args) => {
      limits.create = create;
      return Promise.reject(new LogUnavailableError(String(args[0])));
    };
    await handle(Limited);
    expect(outcomes()).toMatchObject([{ status: 'success' }]);
  });
});

describe('rule 16: a direct call without room at a limit', () => {
  const calls = (): DirectCalls =>
    new DirectCalls(log, runner, 'post@here', 'post', memoryAdmissions(runner, buckets));

  it('is refused with the time after which to try again, and recorded', async () => {
    const slow = slowHandler();
    const first = calls().run(workOf(Limited), handler);
    await slow.begun;
    const { outcome } = await calls().run(workOf(Limited), handler);
    expect(outcome).toMatchObject({
      status: 'failed',
      error: {
        code: 'operation/rate-limited',
        disposition: 'retry',
        retryAfterMs: expect.any(Number),
        message: expect.stringContaining('send_parcel is at its limit alone'),
      },
    });
    expect(handler).toHaveBeenCalledTimes(1);
    expect(log.calls.map(({ type }) => type)).toContain('CallFinished');
    slow.end();
    expect((await first).outcome.status).toBe('success');
  });

  it('gives its room back when it ends, and when it fails', async () => {
    handler.mockImplementationOnce(() => Promise.reject(new Error('torn')));
    await calls().run(workOf(Limited), handler);
    await calls().run(workOf(Limited), handler);
    const { outcome } = await calls().run(workOf(Limited), handler);
    expect(outcome.status).toBe('success');
  });

  it('is told when the limits cannot be looked at', async () => {
    buckets.open('LIMITS').create = () => Promise.reject(new LogUnavailableError('x'));
    const { outcome } = await calls().run(workOf(Limited), handler);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'run-log/unavailable' } });
  });
});

describe('rule 17: a task with a cache key', () => {
  const cache = { key: 'k' };

  it('runs once, and is answered by the kept success after that', async () => {
    await handle(Send, { cache });
    await handle(Send, { cache, taskRunId: 'task-2' as never });
    expect(handler).toHaveBeenCalledTimes(1);
    const [first, second] = outcomes();
    expect(first).not.toHaveProperty('cached');
    expect(second).toEqual({ ...first, cached: true });
  });

  it('runs where the cache cannot be read', async () => {
    const values = buckets.open('CACHE');
    const away = (): Promise<never> => Promise.reject(new LogUnavailableError('x'));
    values.get = away;
    values.put = away;
    await handle(Send, { cache });
    expect(outcomes()).toMatchObject([{ status: 'success' }]);
  });

  it('is found by the actor that the input names where nobody is known', async () => {
    const input = (userId: string) => ({ query: { words: ['red'] }, userId });
    const nobody = { actor: { userId: 'anonymous', channel: 'nats' } as const, cache };
    await handle(Send, { ...nobody, input: input('anna') });
    await handle(Send, { ...nobody, input: input('bert'), taskRunId: 'task-2' as never });
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('does not answer those who may not run it', async () => {
    await handle(Send, { cache, actor: { userId: 'anna', channel: 'cli' } });
    const eve = { userId: 'eve', channel: 'cli' } as const;
    await handle(Send, { cache, actor: eve, taskRunId: 'task-2' as never });
    expect(outcomes()[1]).toMatchObject({ error: { code: 'operation/forbidden' } });
  });

  it('needs no room at a limit for an answer that was kept', async () => {
    await handle(Limited, { cache });
    const slow = slowHandler();
    const busy = handle(Limited, { taskRunId: 'task-2' as never });
    await slow.begun;
    await handle(Limited, { cache, taskRunId: 'task-3' as never });
    expect(outcomes()[1]).toMatchObject({ status: 'success', cached: true });
    slow.end();
    await busy;
  });

  it('is not answered out of the cache once the orchestrator has said that it is too late', async () => {
    await handle(Send, { cache });
    log.beforeWrite = (what) => {
      if (what === 'claim') throw new ClaimTakenError('task-2' as never, 1, 'orchestrator');
    };
    await handle(Send, { cache, taskRunId: 'task-2' as never, startBy: millis(1) });
    expect(outcomes()).toHaveLength(1);
  });

  it('keeps a result under its name before anybody hears of it', async () => {
    let found: unknown;
    log.beforeWrite = async (what) => {
      if (what === 'outcome') found = await readResult(buckets, 'anna', 'today');
    };
    await handle(Send, { resultName: 'today' });
    expect(found).toMatchObject({ found: true, value: sent });
  });
});

describe('rule 14: a task that must be begun by a time', () => {
  const startBy = millis(1);
  const heldBy = (holder: string): void => {
    log.beforeWrite = (what) => {
      if (what === 'claim') throw new ClaimTakenError('task-1' as never, 1, holder);
    };
  };

  it('is claimed before it begins, and begins however late it is while nobody holds the claim', async () => {
    handler.mockImplementation(() => {
      log.order.push('begin');
      return sent;
    });
    await handle(Send, { startBy });
    expect(log.order).toEqual(['claim', 'begin', 'outcome', 'ack']);
    expect(log.claims).toMatchObject([{ taskRunId: 'task-1', attempt: 1, holder: 'post@here' }]);
  });

  it.each([Send, SendOnce])(
    'is acked and not begun once the orchestrator holds its claim ($name)',
    async (contract) => {
      heldBy('orchestrator');
      await handle(contract, { startBy });
      expect(handler).not.toHaveBeenCalled();
      expect(log.order).toEqual(['ack']);
    },
  );

  it('runs again where another worker has begun it and was lost', async () => {
    heldBy('post@dead');
    await handle(Send, { startBy });
    expect(outcomes()).toMatchObject([{ status: 'success' }]);
  });

  it('does not run again where it may run only once', async () => {
    heldBy('post@dead');
    await handle(SendOnce, { startBy });
    expect(handler).not.toHaveBeenCalled();
    expect(log.order).toEqual(['retry 30000']);
  });

  it('takes no claim where no time is named', async () => {
    await handle(Send);
    expect(log.claims).toEqual([]);
  });
});

describe('an operation that allows one at a time', () => {
  const Alone = defineOperation({ ...Send, concurrency: 1 });

  it('is answered cancelled, unrun, when it is called off while it waits for its turn', async () => {
    const slow = slowHandler();
    const first = handle(Alone, { taskRunId: 'task-1' as never });
    await slow.begun;
    const waiting = handle(Alone, { taskRunId: 'task-2' as never, lane: 'urgent' });
    cancellations.note({ type: 'TasksCancelled', taskRunIds: ['task-2' as never], reason: 'enough' });
    await waiting;
    expect(outcomes()).toEqual([{ status: 'cancelled', reason: 'enough' }]);
    slow.end();
    await first;
  });

  it('is handed back when the process stops while it waits for its turn', async () => {
    const slow = slowHandler();
    const first = handle(Alone, { taskRunId: 'task-1' as never });
    await slow.begun;
    const waiting = handle(Alone, { taskRunId: 'task-3' as never, lane: 'urgent' });
    const closing = worker.close(AbortSignal.abort());
    await waiting;
    expect(log.order).toEqual(['retry 0']);
    slow.end();
    await Promise.all([first, closing]);
  });
});
