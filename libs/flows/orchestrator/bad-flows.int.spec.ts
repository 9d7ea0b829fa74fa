import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog } from '#libs/run-log';
import type { FlowRunId, JetStreamRunLog, RunEvent } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { flow, type FlowContext } from '../index.js';
import { BOTH_WAYS } from '../testing/both-ways.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { startOrchestrator, type Orchestrator } from './orchestrator.js';
import { FlowRegistry } from './registry.js';
import { startRun } from './start-run.js';

const nobody = sampleOperation('bad_nobody');
const actor = { userId: 'local', channel: 'nats' } as const;
const silent = { warn: jest.fn(), error: jest.fn() };

const sample = (name: string, run: (input: SampleDto, ctx: FlowContext) => Promise<unknown>) =>
  flow({ name, description: 'A flow under test.', input: SampleDto }, run);

const registry = new FlowRegistry([
  sample('returns_a_function', async () => () => 1),
  sample('returns_a_bigint', async () => ({ many: 10n })),
  sample('returns_a_cycle', async () => {
    const ring: Record<string, unknown> = {};
    ring['self'] = ring;
    return ring;
  }),
  sample('returns_much', async () => 'x'.repeat(50_000_000)),
  sample('throws_a_text', async () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the flow under test does so
    throw 'just a text';
  }),
  sample('starts_many', async (_input, ctx) => {
    const all = Array.from({ length: 9_999 }, (_, i) => ctx.task(nobody, { value: String(i) }));
    await Promise.race([Promise.all(all), ctx.signal('enough')]);
    return 'enough';
  }),
  sample('starts_too_many', (_input, ctx) =>
    Promise.all(Array.from({ length: 10_001 }, (_, i) => ctx.task(nobody, { value: String(i) }))),
  ),
]);

let log: JetStreamRunLog;
let orchestrator: Orchestrator;

async function seen(runId: FlowRunId, wanted: readonly RunEvent['type'][]): Promise<RunEvent> {
  let found!: (event: RunEvent) => void;
  const event = new Promise<RunEvent>((resolve) => (found = resolve));
  const viewer = await log.watch('RUN', { runId, fromSeq: 1 as never }, (stored) => {
    if (wanted.includes(stored.event.type)) found(stored.event);
  });
  try {
    return await event;
  } finally {
    await viewer.close();
  }
}

const start = async (name: string) => (await startRun(log, registry, { flow: name, input: {}, actor })).runId;
const stopOf = async (name: string) => seen(await start(name), ['FlowCompleted', 'FlowFailed', 'RunHalted']);

describe.each(BOTH_WAYS)('a flow that does what it should not, %s', (_how, replayAlways) => {
  beforeAll(async () => {
    log = await connectRunLog({ ...testNats(), name: 'spec', partitionAckWaitMs: 2_000 });
    orchestrator = await startOrchestrator({
      log,
      registry,
      buckets: jetStreamBuckets(log.connection),
      logger: silent,
      replayAlways,
    });
  });

  afterAll(async () => {
    await orchestrator.close();
    await log.close();
  });

  it.each([
    ['returns_a_function', 'the result of the flow cannot be kept: it is a function'],
    ['returns_a_bigint', 'BigInt'],
    ['returns_a_cycle', 'circular'],
    ['throws_a_text', 'the flow threw string "just a text", which is not an Error'],
  ])('%s: fails with a sentence that says so', async (name, sentence) => {
    const end = await stopOf(name);
    expect(end).toMatchObject({
      type: 'FlowFailed',
      error: { message: expect.stringContaining(sentence) as unknown },
    });
  });

  it('returns 50 MB: halts with what the log can keep', async () => {
    expect(await stopOf('returns_much')).toMatchObject({
      type: 'RunHalted',
      error: { message: expect.stringMatching(/50.*MB|MiB|bytes/) as unknown },
    });
  });

  it('starts 9,999 tasks at once: schedules them all', async () => {
    const runId = await start('starts_many');
    await seen(runId, ['SignalAwaited']);
    await log.request(runId, { type: 'SignalSent', actor, name: 'enough', payload: null }, 'enough');
    expect(await seen(runId, ['FlowCompleted'])).toMatchObject({ result: 'enough' });
    const { events } = await log.readRun(runId);
    expect(events.filter(({ event }) => event.type === 'TaskScheduled')).toHaveLength(9_999);
  });

  it('starts one task more than a run may have: fails with the number', async () => {
    expect(await stopOf('starts_too_many')).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/too-long', message: expect.stringContaining('10000') as unknown },
    });
  });
});
