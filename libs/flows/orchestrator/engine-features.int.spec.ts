import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { jetStreamBuckets, type Buckets } from '#libs/key-values';
import { connectRunLog, flowRunId, millis } from '#libs/run-log';
import type {
  FlowRunId,
  JetStreamRunLog,
  Outcome,
  RequestEvent,
  RunEvent,
  Subscription,
  TaskScheduled,
} from '#libs/run-log';
import { testNats } from '#libs/testing';
import { flow, task, type FlowContext, type FlowDefinition, type FlowHooks } from '../index.js';
import { BOTH_WAYS } from '../testing/both-ways.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { FlowStates, STATE_BUCKET } from '../steering/flow-states.js';
import { startOrchestrator, type Orchestrator } from './orchestrator.js';
import { FlowRegistry } from './registry.js';
import { startRun } from './start-run.js';

const echo = sampleOperation('feature_echo');
const once = sampleOperation('feature_once', { execution: 'at-most-once' });
const actor = { userId: 'local', channel: 'nats' } as const;
const silent = { warn: jest.fn(), error: jest.fn() };

const sample = <R>(
  name: string,
  run: (input: SampleDto, ctx: FlowContext) => Promise<R>,
  over: Partial<FlowDefinition['contract']> & FlowHooks<R> = {},
): FlowDefinition<SampleDto, R> =>
  flow({ name, description: 'A flow under test.', input: SampleDto, ...over }, run);

const child = sample('child', async (input, ctx) => {
  if (input.value === 'bad') throw new Error('the child is not well');
  if (input.value === 'slow') await ctx.signal('never');
  return (await ctx.task(echo, { value: `child of ${input.value}` })).value;
});

const registry = new FlowRegistry([
  child,
  sample('parent', async (_input, ctx) => {
    const [good, bad] = await Promise.all([
      ctx.flow(child, { value: 'parent' }),
      ctx.flow(child, { value: 'bad' }).catch((error: Error) => error.message),
    ]);
    return { good, bad };
  }),
  sample('parent_of_slow', (_input, ctx) => ctx.flow(child, { value: 'slow' })),
  sample('gives_a_child_up_at_once', async (_input, ctx) => {
    void ctx.flow(child, { value: 'slow' });
    throw new Error('never mind');
  }),
  sample('parent_of_nonsense', (_input, ctx) => ctx.flow(child, { colour: 'red' } as SampleDto)),
  sample('detaches', (_input, ctx) => ctx.startFlow(child, { value: 'nobody' })),
  sample('hears', async (_input, ctx) => [await ctx.signal('a'), await ctx.signal('b')]),
  sample('asks', async (_input, ctx) => {
    const answer = await ctx.approval('go', { what: 'everything' });
    return { approved: answer.approved, by: answer.by?.userId, comment: answer.comment };
  }),
  sample('does_not_wait_for_ever', (_input, ctx) =>
    ctx.approval('go', null, { deadlineSeconds: 0.05, otherwise: 'declined' }).then((a) => a.approved),
  ),
  sample('counts', async (_input, ctx) => {
    const mark = await ctx.state('mark', 0);
    mark.set(mark.value + 1);
    await ctx.task(echo, { value: 'x' });
    return mark.value;
  }),
  sample('goes_on', async (input, ctx): Promise<unknown> => {
    const round = Number(input.value ?? '0');
    if (round >= 2) return [round, await ctx.signal('left')];
    if (round === 0) await ctx.task(echo, { value: 'first' });
    return ctx.continueAsNew({ value: String(round + 1) });
  }),
  sample('parent_of_chain', (_input, ctx) => ctx.flow(chain, { value: '0' })),
  sample(
    'undoes',
    async (_input, ctx) => {
      await ctx.task(echo, { value: 'one' }, { compensate: task({ name: 'undo' }, echo) });
      await ctx.task(echo, { value: 'two' }, { compensate: task({ name: 'undo' }, echo) });
      throw new Error('too late');
    },
    { onFailure: async (ctx) => void (await ctx.task(echo, { value: 'told' })) },
  ),
  sample('cleans_up', async (_input, ctx) => {
    try {
      await ctx.signal('never');
    } finally {
      await ctx.shielded.task(echo, { value: 'swept' });
    }
  }),
  sample('sends_once', (_input, ctx) => ctx.task(once, { value: 'letter' })),
  sample('races', (_input, ctx) =>
    ctx.race<string | undefined>([
      async (own) => (await own.signal<string>('never')) + '!',
      async (own) => (await own.task(echo, { value: 'fast' })).value,
    ]),
  ),
  sample('late_starter', (_input, ctx) =>
    ctx.task(
      task({ name: 'nobody_home', scheduleToStartSeconds: 0.05 }, sampleOperation('feature_nobody')),
      {},
    ),
  ),
]);
const chain = registry.get('goes_on') as FlowDefinition<SampleDto>;

let log: JetStreamRunLog;
let buckets: Buckets;
let orchestrator: Orchestrator;
const services: Subscription[] = [];
const executed: TaskScheduled[] = [];
let answer: ((event: TaskScheduled) => Outcome) | undefined;

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

type Seen = Extract<RunEvent, { type: RunEvent['type'] }>;

/** Resolves with the n-th of a run's events of one of these types. */
async function seen(runId: FlowRunId, wanted: readonly RunEvent['type'][], nth = 1): Promise<Seen> {
  let found!: (event: RunEvent) => void;
  const event = new Promise<RunEvent>((resolve) => (found = resolve));
  let count = 0;
  const viewer = await log.watch('RUN', { runId, fromSeq: 1 as never }, (stored) => {
    if (wanted.includes(stored.event.type) && ++count === nth) found(stored.event);
  });
  try {
    return await event;
  } finally {
    await viewer.close();
  }
}

const start = async (name: string, input: object = {}): Promise<FlowRunId> =>
  (await startRun(log, registry, { flow: name, input, actor })).runId;
const ended = (runId: FlowRunId) =>
  seen(runId, ['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'FlowContinued']);
const resultOf = async (runId: FlowRunId) => {
  const end = await ended(runId);
  return end.type === 'FlowCompleted' ? end.result : end;
};
let requests = 0;
const ask = (runId: FlowRunId, event: Exclude<RequestEvent, { type: 'StartRequested' }>) =>
  log.request(runId, event, `spec-${++requests}`);
const typesOf = async (runId: FlowRunId) => (await log.readRun(runId)).events.map(({ event }) => event.type);

describe.each(BOTH_WAYS)('what a flow can do, over a real broker, %s', (_how, replayAlways) => {
  beforeAll(async () => {
    log = await connectRunLog({ ...testNats(), name: 'spec', partitionAckWaitMs: 2_000 });
    buckets = jetStreamBuckets(log.connection);
    orchestrator = await startOrchestrator({ log, registry, buckets, logger: silent, replayAlways });
    for (const operation of ['feature_echo', 'feature_once']) {
      services.push(
        await log.serve(
          {
            service: 'sample',
            operation,
            lane: 'normal',
            globalConcurrency: 100,
            slots: 50,
            ackWaitMs: millis(5_000),
          },
          async (delivery) => {
            const { event, runId } = delivery;
            executed.push(event);
            await finish(runId, event, answer?.(event) ?? { status: 'success', result: event.input });
            delivery.ack();
          },
        ),
      );
    }
  });

  afterAll(async () => {
    await Promise.all(services.map((service) => service.close()));
    await orchestrator.close();
    await log.close();
  });

  afterEach(() => {
    executed.length = 0;
    answer = undefined;
  });

  it('waits for its children, and gets their failures as its own', async () => {
    expect(await resultOf(await start('parent'))).toMatchObject({
      good: 'child of parent',
      bad: expect.stringContaining('the child is not well') as unknown,
    });
  });

  it('learns that a child was refused', async () => {
    expect(await resultOf(await start('parent_of_nonsense'))).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/invalid-input' },
    });
  });

  it('cancels its children when it is cancelled', async () => {
    const parent = await start('parent_of_slow');
    const scheduled = await seen(parent, ['ChildScheduled']);
    const childRun = scheduled.type === 'ChildScheduled' ? scheduled.childRunId : flowRunId('none');
    await seen(childRun, ['SignalAwaited']);
    await ask(parent, { type: 'CancelRequested', actor });
    expect((await ended(parent)).type).toBe('FlowCancelled');
    expect((await ended(childRun)).type).toBe('FlowCancelled');
  });

  it('cancels a child that it gives up in the moment of starting it', async () => {
    const parent = await start('gives_a_child_up_at_once');
    const scheduled = await seen(parent, ['ChildScheduled']);
    const childRun = scheduled.type === 'ChildScheduled' ? scheduled.childRunId : flowRunId('none');
    expect((await ended(parent)).type).toBe('FlowFailed');
    expect((await ended(childRun)).type).toBe('FlowCancelled');
  });

  it('starts a flow that goes on without it', async () => {
    const { runId } = (await resultOf(await start('detaches'))) as { runId: string };
    expect(await resultOf(flowRunId(runId))).toBe('child of nobody');
  });

  it('hears signals in the order of its asking, early ones too', async () => {
    const runId = await start('hears');
    await ask(runId, { type: 'SignalSent', actor, name: 'b', payload: 2 });
    await ask(runId, { type: 'SignalSent', actor, name: 'a', payload: 1 });
    expect(await resultOf(runId)).toEqual([1, 2]);
  });

  it('asks a person', async () => {
    const runId = await start('asks');
    const asked = await seen(runId, ['ApprovalRequested']);
    expect(asked).toMatchObject({ name: 'go', payload: { what: 'everything' } });
    await ask(runId, { type: 'ApprovalAnswered', actor, step: 1, approved: true, comment: 'fine' });
    expect(await resultOf(runId)).toEqual({ approved: true, by: 'local', comment: 'fine' });
  });

  it('takes the default when nobody answers in time', async () => {
    expect(await resultOf(await start('does_not_wait_for_ever'))).toBe(false);
  });

  it('keeps a state from run to run, once the run has completed', async () => {
    expect(await resultOf(await start('counts'))).toBe(1);
    expect(await resultOf(await start('counts'))).toBe(2);
    const states = new FlowStates(buckets.open(STATE_BUCKET), log);
    const kept = await states.read({ flow: 'counts', userId: 'local' }, 'mark');
    expect(kept).toMatchObject({ found: true, value: 2 });
  });

  it('goes on in a new run, which gets the signals that nobody has taken', async () => {
    const runId = await start('parent_of_chain');
    const scheduled = await seen(runId, ['ChildScheduled']);
    const first = scheduled.type === 'ChildScheduled' ? scheduled.childRunId : flowRunId('none');
    // Said to a run that has not begun, it would count for nothing.
    await seen(first, ['StartRequested']);
    await ask(first, { type: 'SignalSent', actor, name: 'left', payload: 'behind' });
    expect(await resultOf(runId)).toEqual([2, 'behind']);
  });

  it('undoes what it has done, last first, and then tells', async () => {
    const runId = await start('undoes');
    expect(await ended(runId)).toMatchObject({ type: 'FlowFailed', error: { message: 'too late' } });
    expect(executed.map(({ task: name, input }) => [name, input])).toEqual([
      ['feature_echo', { value: 'one' }],
      ['feature_echo', { value: 'two' }],
      ['undo', { value: 'two' }],
      ['undo', { value: 'one' }],
      ['feature_echo', { value: 'told' }],
    ]);
  });

  it('cleans up when it is cancelled', async () => {
    const runId = await start('cleans_up');
    await seen(runId, ['SignalAwaited']);
    await ask(runId, { type: 'CancelRequested', actor, reason: 'enough' });
    expect(await ended(runId)).toEqual({ type: 'FlowCancelled', reason: 'enough' });
    expect(executed).toMatchObject([{ input: { value: 'swept' } }]);
  });

  it('waits while it is paused', async () => {
    const runId = await start('hears');
    await ask(runId, { type: 'PauseRequested', actor });
    await seen(runId, ['RunPaused']);
    await ask(runId, { type: 'SignalSent', actor, name: 'a', payload: 1 });
    await ask(runId, { type: 'SignalSent', actor, name: 'b', payload: 2 });
    await ask(runId, { type: 'ResumeRequested', actor });
    expect(await resultOf(runId)).toEqual([1, 2]);
    expect((await typesOf(runId)).filter((type) => type === 'SignalAwaited')).toHaveLength(2);
  });

  it('halts when nobody knows whether a task took effect, and goes on at a person’s word', async () => {
    answer = () => ({
      status: 'failed',
      error: { code: 'operation/ambiguous', message: 'sent or not?', disposition: 'halt' },
    });
    const runId = await start('sends_once');
    await seen(runId, ['RunHalted']);
    // The copy in memory must not be needed for it.
    await orchestrator.evictIdle();
    const { taskRunId } = executed[0]!;
    const resolutions = [{ taskRunId, as: 'succeeded', result: { value: 'it was sent' } }] as const;
    await ask(runId, { type: 'ResumeRequested', actor, resolutions });
    expect(await resultOf(runId)).toEqual({ value: 'it was sent' });
    expect(executed).toHaveLength(1);
  });

  it('gives what the first branch of a race gives', async () => {
    expect(await resultOf(await start('races'))).toBe('fast');
  });

  it('gives up a task that nobody begins in time', async () => {
    const runId = await start('late_starter');
    expect(await ended(runId)).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/task-timed-out' } });
    const claims = (await log.readRun(runId)).events.filter(({ event }) => event.type === 'TaskClaimed');
    expect(claims).toMatchObject([{ event: { holder: 'orchestrator' } }]);
  });
});
