import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { memoryBuckets } from '#libs/key-values';
import { createMemoryRunLog, flowRunId, partitionOf, streamSeq } from '#libs/run-log';
import type { MemoryRunLog, PartitionHolder, RunEvent, RunLog } from '#libs/run-log';
import { flow } from '../index.js';
import { SampleDto } from '../testing/sample-operations.js';
import { startOrchestrator, type Orchestrator } from './orchestrator.js';
import { FlowRegistry } from './registry.js';

const registry = new FlowRegistry([
  flow({ name: 'two_naps', description: 'A flow under test.', input: SampleDto }, async (_input, ctx) => {
    await ctx.sleep(10);
    await ctx.sleep(10);
    return 'rested';
  }),
]);
const runId = flowRunId('run-1');
const partition = partitionOf(runId);
const ACK_WAIT_MS = 60_000;

let log: MemoryRunLog;
let reads: jest.SpiedFunction<MemoryRunLog['readRun']>;
let orchestrators: Orchestrator[];
/** Of each delivery of a start, the how-manieth it was. */
let deliveries: number[];
/** What the log tells of partitions, to be told otherwise by a test. */
let holder: PartitionHolder;

async function join(over: MemoryRunLog, replayAlways = false): Promise<Orchestrator> {
  const sharePartitions: RunLog['sharePartitions'] = (theirs) => {
    holder = theirs;
    return over.sharePartitions(theirs);
  };
  const orchestrate: RunLog['orchestrate'] = (number, handler) =>
    over.orchestrate(number, (delivery) => {
      if (delivery.event.type === 'StartRequested') deliveries.push(delivery.deliveries);
      handler(delivery);
    });
  const observed = Object.create(over, {
    sharePartitions: { value: sharePartitions },
    orchestrate: { value: orchestrate },
  }) as RunLog;
  const logger = { warn: jest.fn(), error: jest.fn() };
  const orchestrator = await startOrchestrator({
    log: observed,
    registry,
    buckets: memoryBuckets(),
    logger,
    replayAlways,
  });
  orchestrators.push(orchestrator);
  return orchestrator;
}

const begin = () =>
  log.start(runId, {
    type: 'StartRequested',
    flow: 'two_naps',
    input: {},
    inputHash: '',
    actor: { userId: 'local', channel: 'nats' },
    flags: {},
    tags: [],
  });

const types = async () => (await log.readRun(runId)).events.map(({ event }) => event.type);

/** Resolves once the run's log holds so many events of a type. */
async function seen(type: RunEvent['type'], times = 1): Promise<void> {
  let count = 0;
  let found!: () => void;
  const enough = new Promise<void>((resolve) => (found = resolve));
  const viewer = await log.watch('RUN', { runId, fromSeq: streamSeq(1) }, ({ event }) => {
    if (event.type === type && ++count === times) found();
  });
  await enough;
  await viewer.close();
}

/** Begins a run and lets it come to its first nap. */
async function beginAndNap(): Promise<void> {
  await begin();
  await seen('TimerScheduled');
}

async function sleepToTheEnd(): Promise<void> {
  await log.advance(10_000);
  await seen('TimerScheduled', 2);
  await log.advance(10_000);
  await seen('FlowCompleted');
}

beforeEach(() => {
  log = createMemoryRunLog({ partitionAckWaitMs: ACK_WAIT_MS });
  reads = jest.spyOn(log, 'readRun');
  orchestrators = [];
  deliveries = [];
});
afterEach(async () => {
  for (const orchestrator of orchestrators) await orchestrator.close();
  await log.close();
});

it('keeps a run in memory while its partition is held', async () => {
  await join(log);
  await beginAndNap();
  await sleepToTheEnd();
  expect(reads).not.toHaveBeenCalled();
});

it('reads a run before each trigger where it is to replay always', async () => {
  await join(log, true);
  await beginAndNap();
  expect(reads).toHaveBeenCalledTimes(1);
  await sleepToTheEnd();
  expect(reads).toHaveBeenCalledTimes(3);
  expect((await types()).filter((type) => type === 'TimerScheduled')).toHaveLength(2);
});

it('reads a run again after its partition was lost and taken again', async () => {
  const orchestrator = await join(log);
  await beginAndNap();
  expect(orchestrator.resident()).toBe(1);
  holder.lose(partition);
  expect(orchestrator.resident()).toBe(0);
  expect(orchestrator.partitions()).not.toContain(partition);
  await holder.take(partition);
  await sleepToTheEnd();
  expect(reads).toHaveBeenCalledTimes(1);
  expect((await types()).filter((type) => type === 'TimerScheduled')).toHaveLength(2);
});

it('leaves no copy behind where it has handed a partition over', async () => {
  const first = await join(log);
  await beginAndNap();
  const second = await join(log.peer());
  await first.close();
  expect(first.resident()).toBe(0);
  expect(second.partitions()).toHaveLength(16);
  await sleepToTheEnd();
  expect((await types()).filter((type) => type === 'TimerScheduled')).toHaveLength(2);
});

it('takes nothing more of a partition that it has lost', async () => {
  const orchestrator = await join(log);
  holder.lose(partition);
  await begin();
  await log.advance(1_000);
  expect(await types()).toEqual(['StartRequested']);
  expect(orchestrator.resident()).toBe(0);
});

it('says of a trigger that it is worked on, as long as it is in hand', async () => {
  let goOn: () => void = () => undefined;
  const decides = new Promise<void>((resolve) => {
    const decide = log.decide.bind(log);
    jest.spyOn(log, 'decide').mockImplementationOnce(async (...said) => {
      resolve();
      await new Promise<void>((release) => (goOn = release));
      return decide(...said);
    });
  });
  await join(log);
  await begin();
  await decides;
  for (let beat = 0; beat < 20; beat++) {
    await log.advance(ACK_WAIT_MS / 4);
    holder.keepAlive();
  }
  goOn();
  await seen('TimerScheduled');
  expect(deliveries).toEqual([1]);
});
