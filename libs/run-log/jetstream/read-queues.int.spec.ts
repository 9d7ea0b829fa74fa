import { setImmediate as aTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testNats } from '#libs/testing';
import { Arrivals } from '../arrivals.fixtures.js';
import { millis, streamSeq } from '../ids.js';
import type { Delivery, TaskScheduled } from '../run-log.js';
import { flowStarted, freshRun, scheduled, started } from '../run-log.fixtures.js';
import { connectRunLog } from './connect.js';
import type { JetStreamRunLog } from './jetstream-run-log.js';
import { readQueues } from './read-queues.js';
import type { Queue } from './read-queues.js';
import { readStreams } from './read-streams.js';

let log: JetStreamRunLog;
beforeAll(async () => {
  log = await connectRunLog({ servers: testNats().url, name: 'spec' });
});
afterAll(() => log.close());

const queueOf = async (kind: Queue['reader']['kind']): Promise<Queue | undefined> =>
  (await readQueues(log.connection)).find(({ reader }) => reader.kind === kind);

describe('what waits in the log', () => {
  it('is told by reader, with the age of the oldest that is not settled', async () => {
    const deliveries = new Arrivals<Delivery<TaskScheduled>>();
    const runId = freshRun();
    const task = scheduled(1, { runId });
    const reader = {
      service: task.service,
      operation: task.operation,
      lane: task.lane,
      globalConcurrency: 2,
      slots: 2,
      ackWaitMs: millis(30_000),
    };
    const serving = await log.serve(reader, async (delivery) => deliveries.take(delivery));
    expect(await queueOf('service')).toEqual({
      stream: 'RUN',
      reader: { kind: 'service', service: task.service, operation: task.operation, lane: task.lane },
      waiting: 0,
      inHand: 0,
      oldestAt: undefined,
    });

    await log.start(runId, started());
    const tasks = [1, 2, 3].map((step) => scheduled(step, { runId }));
    await log.decide(runId, streamSeq(0), [flowStarted, ...tasks]);
    const [first, second] = await deliveries.reach(2);
    expect(await queueOf('service')).toMatchObject({ waiting: 1, inHand: 2, oldestAt: first?.time });

    first?.ack();
    const [, , third] = await deliveries.reach(3);
    expect(await queueOf('service')).toMatchObject({ waiting: 0, inHand: 2, oldestAt: second?.time });
    // What is settled out of turn is not the oldest any more once those before it are settled too.
    third?.ack();
    second?.ack();
    while ((await queueOf('service'))?.inHand !== 0) await aTurn();
    expect(await queueOf('service')).toMatchObject({ waiting: 0, oldestAt: undefined });
    await serving.close();
  });

  it('is told of partitions and projectors too, and of nobody else', async () => {
    const partition = await log.orchestrate(3, (delivery) => delivery.ack());
    const batches = new Arrivals<unknown>();
    const projector = await log.project('records', 'RUN', 100, async (events) =>
      events.forEach(batches.take),
    );
    const viewer = await log.watch('RUN', {}, () => undefined);
    const { lastSeq } = await log.info('RUN');
    await batches.reach(lastSeq);
    const kinds = (await readQueues(log.connection)).map(({ reader }) => reader);
    expect(kinds).toEqual(
      expect.arrayContaining([
        { kind: 'partition', partition: 3 },
        { kind: 'projector', name: 'records' },
        expect.objectContaining({ kind: 'service' }),
      ]),
    );
    expect(kinds).toHaveLength(3);
    while ((await queueOf('projector'))?.inHand !== 0) await aTurn();
    expect(await queueOf('projector')).toMatchObject({ waiting: 0, oldestAt: undefined });
    await Promise.all([partition.close(), projector.close(), viewer.close()]);
  });
});

describe('the sizes of the streams', () => {
  it('are told of all of the account', async () => {
    const sizes = await readStreams(log.connection);
    const { messages, bytes } = await log.info('RUN');
    expect(sizes).toEqual(expect.arrayContaining([{ name: 'RUN', messages, bytes }]));
    expect(sizes.map(({ name }) => name)).toEqual(expect.arrayContaining(['RUN', 'CALLS', 'LIVE']));
  });
});
