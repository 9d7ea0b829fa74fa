import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { memoryBuckets } from '#libs/key-values';
import { createMemoryRunLog, flowRunId, streamSeq } from '#libs/run-log';
import type { FlowRunId, MemoryRunLog, RunEvent, RunLog } from '#libs/run-log';
import { flow, task, type FlowContext } from '../index.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { startOrchestrator, type Orchestrator, type OrchestratorOptions } from './orchestrator.js';
import { FlowRegistry } from './registry.js';

const actor = { userId: 'local', channel: 'nats' } as const;
const nobody = sampleOperation('resident_nobody');
const HOUR = 3_600;

const sample = (name: string, run: (ctx: FlowContext) => Promise<unknown>) =>
  flow({ name, description: 'A flow under test.', input: SampleDto }, (_input, ctx) => run(ctx));

const child = sample('child', (ctx) => ctx.signal('never'));
const atOnce = [
  sample('a_signal', (ctx) => ctx.signal('go')),
  sample('a_signal_for_an_hour', (ctx) => ctx.signal('go', { timeoutSeconds: HOUR })),
  sample('an_approval', (ctx) => ctx.approval('go', null)),
  sample('a_sleep_of_an_hour', (ctx) => ctx.sleep(HOUR)),
  sample('several_of_them', (ctx) => Promise.all([ctx.sleep(HOUR), ctx.signal('go')])),
];
const staying = [
  sample('a_task', (ctx) => ctx.task(nobody, {})),
  sample('a_task_that_is_to_begin_soon', (ctx) =>
    ctx.task(task({ name: 'soon', scheduleToStartSeconds: 10 }, nobody), {}),
  ),
  sample('a_child', (ctx) => ctx.flow(child, {})),
  sample('a_short_sleep', (ctx) => ctx.sleep(10)),
  sample('a_signal_for_a_moment', (ctx) => ctx.signal('go', { timeoutSeconds: 10 })),
  sample('a_task_beside_a_signal', (ctx) => Promise.all([ctx.signal('go'), ctx.task(nobody, {})])),
  sample('a_signal_after_many', async (ctx) => {
    for (let at = 0; at < 20; at++) ctx.artifact({ kind: 'markdown', data: `${at}` });
    return ctx.signal('go');
  }),
];
const registry = new FlowRegistry([child, ...atOnce, ...staying]);
const namesOf = (flows: readonly { contract: { name: string } }[]) =>
  flows.map(({ contract }) => contract.name);

let log: MemoryRunLog;
let orchestrator: Orchestrator;
/** Runs whose last trigger was settled. */
let settled: Set<FlowRunId>;
let wake: () => void;

async function join(options: Partial<OrchestratorOptions> = {}): Promise<void> {
  const orchestrate: RunLog['orchestrate'] = (number, handler) =>
    log.orchestrate(number, (delivery) =>
      handler({
        ...delivery,
        ack: () => {
          delivery.ack();
          settled.add(delivery.runId);
          wake();
        },
      }),
    );
  const observed = Object.create(log, { orchestrate: { value: orchestrate } }) as RunLog;
  const logger = { warn: jest.fn(), error: jest.fn() };
  const parts = { log: observed, registry, buckets: memoryBuckets(), logger };
  orchestrator = await startOrchestrator({ ...parts, ...options });
}

async function begin(name: string, id = name): Promise<FlowRunId> {
  const runId = flowRunId(id);
  const about = { flow: name, input: {}, inputHash: '', actor, flags: {}, tags: [] };
  await log.start(runId, { type: 'StartRequested', ...about });
  await rests(runId);
  return runId;
}

/** Resolves once a run has nothing to do. */
async function rests(runId: FlowRunId): Promise<void> {
  while (!settled.has(runId)) await new Promise<void>((resolve) => (wake = resolve));
  // What follows an acknowledgement follows in the same turn.
  await new Promise((resolve) => setImmediate(resolve));
}

async function seen(runId: FlowRunId, type: RunEvent['type']): Promise<void> {
  let found!: () => void;
  const event = new Promise<void>((resolve) => (found = resolve));
  const viewer = await log.watch('RUN', { runId, fromSeq: streamSeq(1) }, (stored) => {
    if (stored.event.type === type) found();
  });
  await event;
  await viewer.close();
}

beforeEach(() => {
  log = createMemoryRunLog();
  settled = new Set();
  wake = () => undefined;
});
afterEach(async () => {
  await orchestrator.close();
  await log.close();
});

describe('a run in memory', () => {
  it.each(namesOf(atOnce))('leaves at once when it waits for what is far away: %s', async (name) => {
    await join();
    await begin(name);
    expect(orchestrator.resident()).toBe(0);
  });

  it.each(namesOf(staying).filter((name) => name !== 'a_child'))(
    'stays when it may go on soon, or would be long to read again: %s',
    async (name) => {
      await join();
      await begin(name);
      expect(orchestrator.resident()).toBe(1);
    },
  );

  it('stays while its child is at work, and the child itself leaves', async () => {
    await join();
    const parent = await begin('a_child');
    await rests(flowRunId(`${parent}-1`));
    expect(orchestrator.resident()).toBe(1);
  });

  it('goes on from the log when what it waits for comes after all', async () => {
    await join();
    const runId = await begin('a_signal');
    await log.request(runId, { type: 'SignalSent', actor, name: 'go', payload: 'now' }, 'go');
    await seen(runId, 'FlowCompleted');
  });

  it('leaves when more are there than may be, over all partitions, the longest unused first', async () => {
    await join({ residentRuns: 3 });
    for (const id of ['one', 'two', 'three', 'four', 'five']) await begin('a_task', id);
    expect(orchestrator.resident()).toBe(3);
    const read = jest.spyOn(log, 'readRun');
    for (const id of ['five', 'one']) {
      settled.delete(flowRunId(id));
      await log.request(flowRunId(id), { type: 'PauseRequested', actor }, `pause-${id}`);
      await seen(flowRunId(id), 'RunPaused');
    }
    expect(read.mock.calls).toEqual([['one']]);
  });
});
