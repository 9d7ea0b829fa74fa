import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog, streamSeq } from '#libs/run-log';
import type { Delivery, FlowRunId, JetStreamRunLog, RunEvent, RunLog, Trigger } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { flow } from '../index.js';
import { SampleDto } from '../testing/sample-operations.js';
import { startOrchestrator, type Orchestrator } from './orchestrator.js';
import { FlowRegistry } from './registry.js';
import { startRun } from './start-run.js';

const actor = { userId: 'local', channel: 'nats' } as const;
const registry = new FlowRegistry([
  flow({ name: 'hears_two', description: 'A flow under test.', input: SampleDto }, async (_input, ctx) => [
    await ctx.signal('a'),
    await ctx.signal('b'),
  ]),
]);
const ACK_WAIT_MS = 1_000;
/** Members say that they live four times within an ack wait. */
const BEATS_OF_THREE_ACK_WAITS = 12;

let log: JetStreamRunLog;
let orchestrator: Orchestrator;
let delivered: Delivery<Trigger>[];
let begins: () => void;
let isReading: Promise<void>;
let goOn: () => void;
let goesOn: Promise<void>;

/** A log whose first reading takes until it is told to go on. */
function readSlowly(over: RunLog): RunLog {
  const readRun: RunLog['readRun'] = async (runId) => {
    begins();
    await goesOn;
    return over.readRun(runId);
  };
  const orchestrate: RunLog['orchestrate'] = (number, handler) =>
    over.orchestrate(number, (delivery) => {
      delivered.push(delivery);
      handler(delivery);
    });
  return Object.create(over, { readRun: { value: readRun }, orchestrate: { value: orchestrate } }) as RunLog;
}

beforeEach(async () => {
  delivered = [];
  isReading = new Promise((resolve) => (begins = resolve));
  goesOn = new Promise((resolve) => (goOn = resolve));
  log = await connectRunLog({ ...testNats(), name: 'spec', partitionAckWaitMs: ACK_WAIT_MS });
  orchestrator = await startOrchestrator({
    log: readSlowly(log),
    registry,
    buckets: jetStreamBuckets(log.connection),
    logger: console,
  });
});
afterEach(async () => {
  goOn();
  await orchestrator.close();
  await log.close();
});

async function seen(runId: FlowRunId, type: RunEvent['type']): Promise<void> {
  let found!: () => void;
  const event = new Promise<void>((resolve) => (found = resolve));
  const viewer = await log.watch('RUN', { runId, fromSeq: streamSeq(1) }, (stored) => {
    if (stored.event.type === type) found();
  });
  await event;
  await viewer.close();
}

/** Resolves when the orchestrator has said so often that it lives. */
async function beats(count: number): Promise<void> {
  const heard = log.connection.subscribe('partitions.beat', { max: count });
  for await (const _ of heard);
}

it('says of what waits for a run to be read that work on it goes on, so that nothing comes twice', async () => {
  const { runId } = await startRun(log, registry, { flow: 'hears_two', input: {}, actor });
  await seen(runId, 'SignalAwaited');
  await orchestrator.evictIdle();
  for (const name of ['a', 'b']) {
    await log.request(runId, { type: 'SignalSent', actor, name, payload: name }, name);
  }
  await isReading;
  await beats(BEATS_OF_THREE_ACK_WAITS);
  goOn();
  await seen(runId, 'FlowCompleted');
  expect(delivered.map(({ event, deliveries }) => [event.type, deliveries])).toEqual([
    ['StartRequested', 1],
    ['SignalSent', 1],
    ['SignalSent', 1],
  ]);
});
