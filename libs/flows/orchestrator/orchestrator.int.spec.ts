import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { connectRunLog, flowRunId, millis, partitionOf } from '#libs/run-log';
import type {
  FlowRunId,
  JetStreamRunLog,
  Outcome,
  RunEvent,
  Subscription,
  TaskScheduled,
} from '#libs/run-log';
import { jetStreamBuckets } from '#libs/key-values';
import { testNats } from '#libs/testing';
import { flow, type FlowContext } from '../index.js';
import { BOTH_WAYS } from '../testing/both-ways.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { task } from '../task.js';
import { startOrchestrator, type Orchestrator } from './orchestrator.js';
import { FlowRegistry } from './registry.js';
import { startRun } from './start-run.js';

const echo = sampleOperation('echo');
const actor = { userId: 'local', channel: 'nats' } as const;
const silent = { warn: jest.fn(), error: jest.fn() };

const sample = (name: string, run: (input: SampleDto, ctx: FlowContext) => Promise<unknown>, over = {}) =>
  flow({ name, description: 'A flow under test.', input: SampleDto, ...over }, run);

const registry = new FlowRegistry([
  sample('two_steps', async (input, ctx) => {
    const first = await ctx.task(echo, { value: `${input.value}1` });
    return ctx.task(echo, { value: `${first.value}2` });
  }),
  sample('fan_out', (_input, ctx) =>
    ctx.map(
      Array.from({ length: 30 }, (_, i) => String(i)),
      (value) => ctx.task(echo, { value }),
    ),
  ),
  sample('naps', async (_input, ctx) => {
    await ctx.sleep(0.05);
    return 'rested';
  }),
  sample('patient', (_input, ctx) =>
    ctx.task(task({ name: 'patient', retries: 1, retryDelaySeconds: 0.02 }, echo), { value: 'flaky' }),
  ),
  sample('foreign', () => new Promise(() => undefined)),
]);

let log: JetStreamRunLog;
let orchestrator: Orchestrator;
let service: Subscription;
const executed: TaskScheduled[] = [];
let answer: (event: TaskScheduled) => Outcome | undefined | void;

const success = ({ input }: TaskScheduled): Outcome => ({ status: 'success', result: input });

function finish(runId: FlowRunId, event: TaskScheduled, outcome: Outcome) {
  return log.outcome(runId, {
    type: 'TaskFinished',
    taskRunId: event.taskRunId,
    attempt: event.attempt,
    operation: event.operation,
    startedAt: millis(Date.now()),
    finishedAt: millis(Date.now()),
    deliveries: 1,
    by: 'spec',
    outcome,
  });
}

/** Resolves with a run's first event of one of these types. */
async function seen(runId: FlowRunId, ...wanted: RunEvent['type'][]): Promise<RunEvent> {
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

const ended = (runId: FlowRunId) => seen(runId, 'FlowCompleted', 'FlowFailed', 'FlowCancelled', 'RunHalted');
const begin = (name: string, input: object = {}, key?: string) =>
  startRun(log, registry, { flow: name, input, actor, ...(key ? { idempotencyKey: key } : {}) });

describe.each(BOTH_WAYS)('an orchestrator on a real broker, %s', (_how, replayAlways) => {
  beforeAll(async () => {
    log = await connectRunLog({ ...testNats(), name: 'spec', partitionAckWaitMs: 2_000 });
    orchestrator = await startOrchestrator({
      log,
      registry,
      buckets: jetStreamBuckets(log.connection),
      logger: silent,
      replayAlways,
    });
    service = await log.serve(
      {
        service: 'sample',
        operation: 'echo',
        lane: 'normal',
        globalConcurrency: 100,
        slots: 50,
        ackWaitMs: millis(5_000),
      },
      async (delivery) => {
        const { event, runId } = delivery;
        executed.push(event);
        const outcome = answer(event);
        if (outcome) await finish(runId, event, outcome);
        delivery.ack();
      },
    );
  });

  afterAll(async () => {
    await service.close();
    await orchestrator.close();
    await log.close();
  });

  afterEach(() => {
    executed.length = 0;
  });

  it('drives a run from its request to its result', async () => {
    answer = success;
    const { runId } = await begin('two_steps', { value: 'v' });
    expect(await ended(runId)).toMatchObject({ type: 'FlowCompleted', result: { value: 'v12' } });
  });

  it('schedules more tasks than fit a handful of fenced messages', async () => {
    answer = success;
    const { runId } = await begin('fan_out');
    expect(await ended(runId)).toMatchObject({ type: 'FlowCompleted' });
    expect(executed).toHaveLength(30);
  });

  it('wakes a run by a timer of the broker', async () => {
    const { runId } = await begin('naps');
    expect(await ended(runId)).toMatchObject({ type: 'FlowCompleted', result: 'rested' });
  });

  it('tries a task again after its delay', async () => {
    answer = (event) =>
      event.attempt === 1
        ? { status: 'failed', error: { code: 'test/flaky', message: 'not yet', disposition: 'retry' } }
        : success(event);
    const { runId } = await begin('patient');
    expect(await ended(runId)).toMatchObject({ type: 'FlowCompleted' });
    expect(executed.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('starts one run for one idempotency key, and refuses the key with another input (rule 10)', async () => {
    answer = success;
    const first = await begin('two_steps', { value: 'a' }, 'once');
    const second = await begin('two_steps', { value: 'a' }, 'once');
    expect(second).toEqual({ ...first, existing: true });
    await expect(begin('two_steps', { value: 'b' }, 'once')).rejects.toMatchObject({
      code: 'flow/idempotency-conflict',
    });
    await ended(first.runId);
    expect(executed).toHaveLength(2);
  });

  it('names the field of an input that it refuses', async () => {
    await expect(begin('two_steps', { value: 3 })).rejects.toMatchObject({
      code: 'flow/invalid-input',
      fields: [{ field: 'value', value: 3 }],
    });
    await expect(begin('two_step')).rejects.toMatchObject({ code: 'flow/unknown' });
  });

  it('halts a run that waits for something outside its history (rule 2)', async () => {
    const { runId } = await begin('foreign');
    expect(await ended(runId)).toMatchObject({ type: 'RunHalted', reason: 'foreign-promise' });
  });

  it('parks a run whose version it does not have', async () => {
    const runId = flowRunId('of-another-build');
    await log.start(runId, {
      type: 'StartRequested',
      flow: 'not_here',
      input: {},
      inputHash: '',
      actor,
      flags: {},
      tags: [],
    });
    expect(await seen(runId, 'RunParked')).toMatchObject({ flow: 'not_here' });
  });

  it('halts a run whose start it cannot read, for all to see', async () => {
    const runId = flowRunId('of-a-newer-build');
    const about = headers();
    about.set('Event-Type', 'StartRequested');
    about.set('Event-Version', '2');
    const subject = `run.${partitionOf(runId)}.${runId}.in.request.start`;
    await jetstream(log.connection).publish(subject, '{}', { headers: about });
    expect(await seen(runId, 'RunHalted')).toMatchObject({
      reason: 'unknown-event',
      error: { code: 'run-log/unknown-event', message: expect.stringContaining('StartRequested version 2') },
    });
  });

  it('goes on with a run that it has dropped from memory', async () => {
    const reached = new Promise<TaskScheduled>((resolve) => {
      answer = (event) => void resolve(event);
    });
    const { runId } = await begin('two_steps', { value: 'v' });
    const first = await reached;
    await orchestrator.evictIdle();
    expect(orchestrator.resident()).toBe(0);
    answer = success;
    await finish(runId, first, { status: 'success', result: { value: 'late' } });
    expect(await ended(runId)).toMatchObject({ type: 'FlowCompleted', result: { value: 'late2' } });
  });

  it('is refused by the fence when another has decided, reads the run again and goes on (rule 3)', async () => {
    answer = () => undefined;
    const { runId } = await begin('two_steps', { value: 'v' });
    const scheduled = (await seen(runId, 'TaskScheduled')) as TaskScheduled;
    // Another orchestrator, which believed that it owns the run, got in first.
    const { lastDecision } = await log.readRun(runId);
    await log.decide(runId, lastDecision, [
      { ...scheduled, step: 2, taskRunId: `${runId}-2` as never, input: { value: 'v12' } },
    ]);
    await finish(runId, scheduled, { status: 'success', result: { value: 'v1' } });
    await finish(
      runId,
      { ...scheduled, taskRunId: `${runId}-2` as never },
      { status: 'success', result: { value: 'done' } },
    );
    expect(await ended(runId)).toMatchObject({ type: 'FlowCompleted', result: { value: 'done' } });
    const { events } = await log.readRun(runId);
    expect(events.filter(({ event }) => event.type === 'TaskScheduled')).toHaveLength(2);
  });

  it('cancels a run and the tasks that it has out', async () => {
    answer = () => undefined;
    const { runId } = await begin('two_steps');
    await seen(runId, 'TaskScheduled');
    await log.request(runId, { type: 'CancelRequested', actor, reason: 'enough' }, 'cancel');
    expect(await ended(runId)).toMatchObject({ type: 'FlowCancelled', reason: 'enough' });
    expect(await seen(runId, 'TasksCancelled')).toMatchObject({ taskRunIds: [`${runId}-1`] });
  });

  it('acknowledges and deletes a message for a run that was never started (rule 10)', async () => {
    const orphan = flowRunId('never-started');
    await log.request(orphan, { type: 'CancelRequested', actor }, 'cancel');
    while ((await log.readRun(orphan)).events.length > 0);
    const { runId } = await begin('naps');
    expect(await ended(runId)).toMatchObject({ type: 'FlowCompleted' });
  });
});
