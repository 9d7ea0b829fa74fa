import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cuttingProxy, ownNats } from '#libs/testing';
import type { CuttingProxy } from '#libs/testing';
import { Arrivals } from '../arrivals.fixtures.js';
import { millis, streamSeq } from '../ids.js';
import {
  cancel,
  claimed,
  finished,
  flowStarted,
  freshRun,
  scheduled,
  started,
  taskOf,
} from '../run-log.fixtures.js';
import type { ServiceReader } from '../run-log.js';
import { partitionOf } from '../subjects.js';
import { connectRunLog } from './connect.js';
import type { JetStreamRunLog } from './jetstream-run-log.js';

const ZERO = streamSeq(0);
const READER: ServiceReader = {
  service: 'sums',
  operation: 'add',
  lane: 'normal',
  globalConcurrency: 10,
  slots: 10,
  ackWaitMs: millis(500),
};

let broker: Awaited<ReturnType<typeof ownNats>>;
let log: JetStreamRunLog;

beforeAll(async () => {
  broker = await ownNats();
});
afterAll(() => broker.stop());

describe('an answer that gets lost', () => {
  let proxy: CuttingProxy;
  let witness: JetStreamRunLog;

  beforeEach(async () => {
    proxy = await cuttingProxy(broker.url);
    log = await connectRunLog({ servers: proxy.url, name: 'spec' });
    witness = await connectRunLog({ servers: broker.url, name: 'witness' });
  });
  afterEach(async () => {
    await Promise.all([log.close(), witness.close()]);
    await proxy.close();
  });

  /** Lets the broker store what `write` sends, loses its answer, and breaks the connection. */
  async function losingTheAnswer<T>(runId: ReturnType<typeof freshRun>, write: () => Promise<T>): Promise<T> {
    const stored = new Arrivals<unknown>();
    await witness.watch('RUN', { runId }, stored.take);
    proxy.muffle();
    const writing = write();
    await stored.reach(1);
    proxy.cut();
    return writing;
  }

  it('is not taken for a lost fence', async () => {
    const runId = freshRun();
    const last = await log.decide(runId, ZERO, [flowStarted]);
    const next = await losingTheAnswer(runId, () => log.decide(runId, last, [scheduled(1, { runId })]));
    const history = await witness.readRun(runId);
    expect(history.lastDecision).toBe(next);
    expect(history.events).toHaveLength(2);
  });

  it('is not taken for a lost fence in the middle of a chain, which goes on', async () => {
    const runId = freshRun();
    const chain = [flowStarted, scheduled(1, { runId }), scheduled(2, { runId })];
    await losingTheAnswer(runId, () => log.decide(runId, ZERO, chain));
    expect((await witness.readRun(runId)).events.map(({ event }) => event)).toEqual(chain);
  });

  it('is not taken for a lost fence after a batch', async () => {
    const runId = freshRun();
    const many = Array.from({ length: 20 }, (_, step) => scheduled(step, { runId }));
    const last = await losingTheAnswer(runId, () => log.decide(runId, ZERO, many));
    const history = await witness.readRun(runId);
    expect(history.events.map(({ event }) => event)).toEqual(many);
    expect(history.lastDecision).toBe(last);
  });

  it('is not taken for a run that exists', async () => {
    const runId = freshRun();
    const seq = await losingTheAnswer(runId, () => log.start(runId, started()));
    expect((await witness.readRun(runId)).last).toBe(seq);
  });

  it('does not hide that the run was started with another input meanwhile', async () => {
    const runId = freshRun();
    await witness.start(runId, started({ a: 1 }));
    proxy.cut();
    await expect(log.start(runId, started({ a: 2 }))).rejects.toMatchObject({ code: 'run-log/run-exists' });
  });

  it('is not taken for a claim of another', async () => {
    const runId = freshRun();
    const claim = claimed(taskOf(runId, 1), 'worker-1', 'n1');
    const seq = await losingTheAnswer(runId, () => log.claim(runId, claim));
    expect((await witness.readRun(runId)).last).toBe(seq);
  });

  it('leaves one outcome', async () => {
    const runId = freshRun();
    await losingTheAnswer(runId, () => log.outcome(runId, finished(taskOf(runId, 1))));
    expect((await witness.readRun(runId)).events).toHaveLength(1);
  });

  it('does not hide that another writer came first meanwhile', async () => {
    const runId = freshRun();
    const last = await log.decide(runId, ZERO, [flowStarted]);
    await witness.decide(runId, last, [scheduled(1, { runId })]);
    proxy.cut();
    await expect(log.decide(runId, last, [scheduled(2, { runId })])).rejects.toMatchObject({
      code: 'run-log/fenced-out',
    });
  });

  it('takes the same decision of another writer for its own, and is fenced out at the next', async () => {
    const runId = freshRun();
    const last = await log.decide(runId, ZERO, [flowStarted]);
    const theirs = await witness.decide(runId, last, [scheduled(1, { runId }), scheduled(2, { runId })]);
    proxy.cut();
    const ours = await log.decide(runId, last, [scheduled(1, { runId })]);
    expect(ours).toBeLessThan(theirs);
    await expect(log.decide(runId, ours, [scheduled(3, { runId })])).rejects.toMatchObject({
      code: 'run-log/fenced-out',
    });
    expect((await witness.readRun(runId)).lastDecision).toBe(theirs);
  });
});

describe('an answer that lies there unread while the thread is blocked', () => {
  it('is not taken for one that never came', async () => {
    const attemptMs = 2_000;
    log = await connectRunLog({ servers: broker.url, name: 'spec', attemptMs, unavailableAfterMs: 0 });
    const [runId, read] = [freshRun(), freshRun()];
    await log.start(read, started());
    const asked = Promise.all([log.start(runId, started()), log.readRun(read)]);
    // What is asked has left by then.
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1.5 * attemptMs);
    const [seq, { last }] = await asked;
    expect(seq).toBeGreaterThan(last);
    await log.close();
  });
});

describe('a broker that is reached and says nothing', () => {
  it('does not keep a log from closing', async () => {
    const proxy = await cuttingProxy(broker.url);
    log = await connectRunLog({ servers: proxy.url, name: 'spec', attemptMs: 100, unavailableAfterMs: 100 });
    await log.orchestrate(partitionOf(freshRun()), (delivery) => delivery.ack());
    await log.watch('RUN', {}, () => undefined);
    proxy.muffle();
    await log.close();
    expect(log.connection.isClosed()).toBe(true);
    await proxy.close();
  });
});

describe('a broker that is killed and started again', () => {
  beforeEach(async () => {
    log = await connectRunLog({ servers: broker.url, name: 'spec', leaseMs: 1_000 });
  });
  afterEach(() => log.close());

  it('finds writes that were under way repeated, each stored once', async () => {
    const runId = freshRun();
    const last = await log.decide(runId, ZERO, [flowStarted]);
    await broker.kill();
    const writing = Promise.all([
      log.decide(runId, last, [scheduled(1, { runId })]),
      log.outcome(runId, finished(taskOf(runId, 1))),
      log.request(runId, cancel, 'c1'),
      log.readRun(runId),
    ]);
    await broker.restart();
    await writing;
    const { events } = await log.readRun(runId);
    expect(events.map(({ event }) => event.type).sort()).toEqual([
      'CancelRequested',
      'FlowStarted',
      'TaskFinished',
      'TaskScheduled',
    ]);
  });

  it('finds every reader at work again', async () => {
    const runId = freshRun();
    const served = new Arrivals<unknown>();
    const triggered = new Arrivals<unknown>();
    const projected = new Arrivals<unknown>();
    const watched = new Arrivals<unknown>();
    await log.serve({ ...READER, operation: 'revive' }, async (delivery) => {
      delivery.ack();
      if (delivery.runId === runId) served.take(delivery.event.step);
    });
    await log.orchestrate(partitionOf(runId), (delivery) => {
      delivery.ack();
      if (delivery.runId === runId) triggered.take(delivery.event.type);
    });
    await log.project('revived', 'RUN', 10, async (events) =>
      events.filter((stored) => stored.runId === runId).forEach(projected.take),
    );
    await log.watch('RUN', { runId }, watched.take);
    await log.start(runId, started());
    const last = await log.decide(runId, ZERO, [scheduled(1, { runId, operation: 'revive' })]);
    await Promise.all([served.reach(1), triggered.reach(1), projected.reach(2), watched.reach(2)]);
    await broker.kill();
    await broker.restart();
    await log.request(runId, cancel, 'c1');
    await log.decide(runId, last, [scheduled(2, { runId, operation: 'revive' })]);
    await Promise.all([served.reach(2), triggered.reach(2), projected.reach(4), watched.reach(4)]);
    // A killed broker may have forgotten acks, and hands those messages out again.
    expect(new Set(served.all)).toEqual(new Set([1, 2]));
    expect(new Set(triggered.all)).toEqual(new Set(['StartRequested', 'CancelRequested']));
  });

  it('fires the timers that fell due meanwhile', async () => {
    const runId = freshRun();
    const dueAt = millis(Date.now() + 150);
    await log.setTimer(runId, 't1', dueAt);
    await broker.kill();
    await broker.restart();
    const fired = new Arrivals<unknown>();
    await log.orchestrate(partitionOf(runId), (delivery) => {
      delivery.ack();
      if (delivery.runId === runId) fired.take(delivery.event);
    });
    expect(await fired.reach(1)).toEqual([{ type: 'TimerFired', timerId: 't1' }]);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt);
  });
});

describe('a durable that is deleted', () => {
  it('is made anew by its reader, who is told that what it delivers is old', async () => {
    log = await connectRunLog({ servers: broker.url, name: 'spec' });
    const runId = freshRun();
    const deliveries = new Arrivals<boolean>();
    await log.serve({ ...READER, operation: 'anew' }, async (delivery) => {
      delivery.ack();
      deliveries.take(delivery.olderThanReader);
    });
    await log.decide(runId, ZERO, [scheduled(1, { runId, operation: 'anew' })]);
    await deliveries.reach(1);
    await log.connection.request('$JS.API.CONSUMER.DELETE.RUN.service=sums=anew=normal');
    expect(await deliveries.reach(2)).toEqual([false, true]);
    await log.close();
  });
});

describe('a broker that is gone', () => {
  afterEach(() => broker.restart());

  it('is named as the trouble after a bounded time, for writes and for reads', async () => {
    log = await connectRunLog({
      servers: broker.url,
      name: 'spec',
      attemptMs: 100,
      unavailableAfterMs: 200,
    });
    const runId = freshRun();
    await broker.pause();
    const unavailable = { code: 'run-log/unavailable', disposition: 'retry' };
    await Promise.all([
      expect(log.start(runId, started())).rejects.toMatchObject(unavailable),
      expect(log.decide(runId, ZERO, [flowStarted])).rejects.toMatchObject(unavailable),
      expect(
        log.decide(
          runId,
          ZERO,
          Array.from({ length: 20 }, () => flowStarted),
        ),
      ).rejects.toMatchObject(unavailable),
      expect(log.readRun(runId)).rejects.toMatchObject(unavailable),
      expect(log.setTimer(runId, 't1', millis(1))).rejects.toMatchObject(unavailable),
      expect(log.start(freshRun(), started('x'.repeat(300_000)))).rejects.toMatchObject(unavailable),
    ]);
    await log.close();
  });

  it('is named as the trouble when it cannot be reached at all', async () => {
    await broker.pause();
    await expect(
      connectRunLog({ servers: broker.url, name: 'spec', attemptMs: 100, unavailableAfterMs: 100 }),
    ).rejects.toMatchObject({ code: 'run-log/unavailable', doing: 'connecting' });
  });
});
