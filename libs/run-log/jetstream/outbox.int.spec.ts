import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { testNats } from '#libs/testing';
import { Arrivals } from '../arrivals.fixtures.js';
import { millis, streamSeq } from '../ids.js';
import { finished, flowStarted, freshRun, scheduled, taskOf } from '../run-log.fixtures.js';
import { connectRunLog } from './connect.js';
import { JetStreamRunLog } from './jetstream-run-log.js';

const broker = testNats();
const ZERO = streamSeq(0);
const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
const runId = freshRun();
const said = (message: string) =>
  ({ type: 'LogEmitted', entry: { level: 'info', message, at: millis(1) } }) as const;

let connection: NatsConnection;
let witness: JetStreamRunLog;
let heard: Arrivals<string>;

beforeEach(async () => {
  connection = await connect(broker);
  witness = await connectRunLog({ servers: broker.url, name: 'witness' });
  heard = new Arrivals<string>();
  await witness.watch('LIVE', { runId }, ({ event }) => {
    if (event.type === 'LogEmitted') heard.take(event.entry.message);
  });
});
afterEach(async () => {
  await witness.close();
  await connection.close();
});

it('keeps the order of what is said on one subject', async () => {
  const log = await connectRunLog({ servers: broker.url, name: 'spec' });
  for (const line of lines) {
    log.publishLive(runId, said(line));
    await Promise.resolve();
  }
  expect(await heard.reach(lines.length)).toEqual(lines);
  await log.close();
});

it('has nothing left when the log is closed in the same turn', async () => {
  const log = await connectRunLog({ servers: broker.url, name: 'spec' });
  for (const line of lines) log.publishLive(runId, said(line));
  await log.close();
  expect(await heard.reach(lines.length)).toEqual(lines);
});

it('has nothing left when the log is closed on a connection that its owner then drains', async () => {
  const log = await connectRunLog({ connection });
  for (const line of lines) log.publishLive(runId, said(line));
  await log.close();
  await connection.drain();
  expect(await heard.reach(lines.length)).toEqual(lines);
});

it('has nothing left when the owner of the connection drains it first', async () => {
  const log = await connectRunLog({ connection });
  for (const line of lines) log.publishLive(runId, said(line));
  await connection.drain();
  await log.close();
  expect(await heard.reach(lines.length)).toEqual(lines);
});

it('sends the last ack before the log closes', async () => {
  const log = await connectRunLog({ servers: broker.url, name: 'spec' });
  const taken = new Arrivals<number>();
  const reader = {
    service: 'sums',
    operation: 'last',
    lane: 'normal',
    globalConcurrency: 10,
    slots: 10,
  } as const;
  await log.serve({ ...reader, ackWaitMs: millis(30_000) }, async (delivery) => {
    delivery.ack();
    taken.take(delivery.event.step);
  });
  await witness.decide(freshRun(), ZERO, [scheduled(1, { runId, operation: 'last' })]);
  await taken.reach(1);
  await log.close();
  const { consumers } = await jetstreamManager(connection);
  expect(await consumers.info('RUN', 'service=sums=last=normal')).toMatchObject({
    num_ack_pending: 0,
    ack_floor: { consumer_seq: 1 },
  });
});

it('tells the one write that the client refuses, alone or in a batch, and sends its neighbours', async () => {
  // Past what connectRunLog lets through, so that the client itself finds the body too large.
  const tooMuch = connection.info!.max_payload + 1;
  const log = new JetStreamRunLog(connection, { bodyLimits: { inline: 2 * tooMuch, limit: 2 * tooMuch } });
  await log.setUp();
  const neighbours = freshRun();
  const input = 'x'.repeat(tooMuch);
  const batch = Array.from({ length: 20 }, (_, step) =>
    scheduled(step, { runId, ...(step === 7 ? { input } : {}) }),
  );
  const [first, huge, whole, last] = await Promise.allSettled([
    log.decide(neighbours, ZERO, [flowStarted]),
    log.outcome(neighbours, finished(taskOf(neighbours, 1), { status: 'success', result: input })),
    log.decide(freshRun(), ZERO, batch),
    log.outcome(neighbours, finished(taskOf(neighbours, 2))),
  ]);
  expect(huge).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining('max_payload') },
  });
  expect(whole).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining('max_payload') },
  });
  expect([first?.status, last?.status]).toEqual(['fulfilled', 'fulfilled']);
  const { events } = await witness.readRun(neighbours);
  expect(events.map(({ event }) => event.type)).toEqual(['FlowStarted', 'TaskFinished']);
  await log.close();
});
