import { describe, expect, it } from '@jest/globals';
import { task } from '../task.js';
import { sampleOperation } from '../testing/sample-operations.js';
import type { SimulatedRun } from '../testing/simulated-run.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const store = sampleOperation('store');

describe('a flow that goes well', () => {
  const twoSteps = sample(async (input, ctx) => {
    const first = await ctx.task(fetchOne, input);
    return ctx.task(store, { value: `${first.value}!` });
  });

  it('pins its version with the first decision and schedules the first task', async () => {
    const run = simulate(twoSteps);
    await run.start({ value: 'a' }, { tags: ['mine'] });
    expect(run.decisions).toMatchObject([
      { type: 'FlowStarted', flow: 'sample', version: '1', tags: ['mine'] },
      {
        type: 'TaskScheduled',
        step: 1,
        attempt: 1,
        task: 'fetch_one',
        taskRunId: 'run-1-1',
        input: { value: 'a' },
      },
    ]);
  });

  it('feeds each result to the next step and ends with the result', async () => {
    const run = simulate(twoSteps);
    await run.start({ value: 'a' });
    await run.succeed(1, { value: 'b' });
    expect(run.task(2).input).toEqual({ value: 'b!' });
    await run.succeed(2, { value: 'done' });
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: { value: 'done' } });
    expect(run.ended).toBe(true);
  });

  it('hands actor and flags on to its tasks', async () => {
    const run = simulate(twoSteps);
    await run.start({}, { actor: { userId: 'someone', channel: 'cli' }, flags: { dryRun: true } });
    expect(run.task(1)).toMatchObject({
      actor: { userId: 'someone', channel: 'cli' },
      flags: { dryRun: true },
    });
  });

  it('ignores an outcome that comes twice, and one that belongs to nobody', async () => {
    const run = simulate(twoSteps);
    await run.start();
    await run.succeed(1, { value: 'b' });
    expect(await run.succeed(1, { value: 'c' }, 1)).toEqual([]);
    expect(await run.finish(9, 1, { status: 'success', result: {} })).toEqual([]);
    expect(run.task(2).input).toEqual({ value: 'b!' });
  });

  it('decides nothing more once it has ended', async () => {
    const run = simulate(sample(async () => 'at once'));
    await run.start();
    expect(await run.feed({ type: 'CancelRequested', actor: { userId: 'local', channel: 'api' } })).toEqual(
      [],
    );
  });
});

describe('tasks side by side', () => {
  const parallel = sample(async (_input, ctx) => {
    const [left, right] = await Promise.all([
      ctx.task(fetchOne, { value: 'l' }),
      ctx.task(fetchOne, { value: 'r' }),
    ]);
    return `${left.value}${right.value}`;
  });

  it('schedules them in one activation and joins them whatever comes first', async () => {
    const run = simulate(parallel);
    await run.start();
    expect(run.decisions.map((event) => (event.type === 'TaskScheduled' ? event.step : 0))).toEqual([
      0, 1, 2,
    ]);
    await run.succeed(2, { value: 'R' });
    expect(run.ended).toBe(false);
    await run.succeed(1, { value: 'L' });
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: 'LR' });
  });

  it('maps items with at most so many at a time', async () => {
    const run = simulate(
      sample((_input, ctx) =>
        ctx.map(['a', 'b', 'c'], (value) => ctx.task(fetchOne, { value }), { concurrency: 2 }),
      ),
    );
    await run.start();
    expect(types(run).filter((type) => type === 'TaskScheduled')).toHaveLength(2);
    await run.succeed(2, { value: 'B' });
    expect(run.task(3).input).toEqual({ value: 'c' });
    await run.succeed(3, { value: 'C' });
    await run.succeed(1, { value: 'A' });
    expect(run.decisions.at(-1)).toMatchObject({ result: [{ value: 'A' }, { value: 'B' }, { value: 'C' }] });
  });

  it('closes the steps that are still open when the flow fails', async () => {
    const run = simulate(parallel);
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-2'] },
      { type: 'FlowFailed', error: { code: 'test/failed' } },
    ]);
  });
});

describe('a task that fails', () => {
  const retried = task(
    { name: 'patient', retries: 2, retryDelaySeconds: 10, retryBackoffFactor: 2 },
    fetchOne,
  );
  const patient = sample(async (_input, ctx) => (await ctx.task(retried, {})).value);

  it('waits for a timer before each further attempt, longer each time', async () => {
    const run = simulate(patient);
    await run.start();
    await run.fail(1);
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'TimerScheduled',
      kind: 'task-retry',
      dueAt: run.now + 10_000,
    });
    await run.fire('task-retry-1-2');
    expect(run.task(1)).toMatchObject({ step: 1, attempt: 2, taskRunId: 'run-1-1' });
    await run.fail(1);
    expect(run.decisions.at(-1)).toMatchObject({ dueAt: run.now + 20_000 });
  });

  it('keeps the idempotency key over its attempts', async () => {
    const run = simulate(patient);
    await run.start();
    const first = run.task(1).idempotencyKey;
    await run.fail(1);
    await run.fire('task-retry-1-2');
    expect(run.task(1).idempotencyKey).toBe(first);
  });

  it('waits at least as long as the other side asked for', async () => {
    const run = simulate(patient);
    await run.start();
    await run.fail(1, { retryAfterMs: 90_000 });
    expect(run.decisions.at(-1)).toMatchObject({ dueAt: run.now + 90_000 });
  });

  it('fails the flow with the last error once its attempts are used up', async () => {
    const run = simulate(patient);
    await run.start();
    await run.fail(1);
    await run.fire('task-retry-1-2');
    await run.fail(1);
    await run.fire('task-retry-1-3');
    await run.fail(1, { message: 'the third time' });
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { message: 'task patient (step 1) failed after 3 attempts: the third time' },
    });
  });

  it('is not tried again after an error that says it would not help', async () => {
    const run = simulate(patient);
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('ignores the outcome of an attempt that is not the present one', async () => {
    const run = simulate(patient);
    await run.start();
    await run.fail(1);
    expect(await run.succeed(1, { value: 'late' }, 1)).toEqual([]);
    await run.fire('task-retry-1-2');
    expect(await run.fail(1, {}, 1)).toEqual([]);
  });

  it('lets the flow go on when the flow catches its error', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {}).catch((error: Error) => error.name)));
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: 'TaskFailedError' });
  });

  it('gives an answer that says it did not succeed to the flow as a value', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(retried, {})));
    await run.start();
    await run.finish(1, 1, {
      status: 'failed',
      error: { code: 'operation/unsuccessful', message: 'nothing there', disposition: 'terminal' },
      result: { value: 'no' },
    });
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: { value: 'no' } });
  });

  it('tries such an answer again where the task asks for it', async () => {
    const insistent = task({ name: 'insistent', retries: 1, retryOnUnsuccessful: true }, fetchOne);
    const run = simulate(sample((_input, ctx) => ctx.task(insistent, {})));
    await run.start();
    await run.finish(1, 1, {
      status: 'failed',
      error: { code: 'operation/unsuccessful', message: 'nothing there', disposition: 'terminal' },
      result: { value: 'no' },
    });
    expect(run.task(1).attempt).toBe(2);
  });

  it('runs the same attempt again when a limit had no room for it', async () => {
    const run = simulate(patient);
    await run.start();
    await run.finish(1, 1, { status: 'deferred', until: (run.now + 5_000) as never });
    await run.fire('task-retry-1-1');
    expect(run.task(1).attempt).toBe(1);
    await run.succeed(1, { value: 'x' });
    expect(run.ended).toBe(true);
  });
});

describe('a flow that waits', () => {
  const sleeper = sample(async (_input, ctx) => {
    const before = ctx.now().getTime();
    await ctx.sleep(60);
    return ctx.now().getTime() - before;
  });

  it('asks for a timer and goes on when it fires', async () => {
    const run = simulate(sleeper);
    await run.start();
    await run.fire('sleep-1');
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: 60_000 });
  });

  it('ignores a timer that fires twice', async () => {
    const run = simulate(sample(async (_input, ctx) => (await ctx.sleep(1), ctx.sleep(2))));
    await run.start();
    await run.fire('sleep-1');
    expect(await run.fire('sleep-1')).toEqual([]);
  });

  it('refuses a negative time', async () => {
    const run = simulate(sample((_input, ctx) => ctx.sleep(-1)));
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/usage' } });
  });
});

describe('a flow that fails', () => {
  it.each([
    ['an Error', new Error('broken'), { code: 'flow/error', message: 'broken' }],
    [
      'something else',
      'just text',
      { code: 'flow/thrown-value', message: 'the flow threw string "just text", which is not an Error' },
    ],
  ])('records %s that it throws', async (_what, thrown, error) => {
    const run = simulate(
      sample(async () => {
        throw thrown as unknown;
      }),
    );
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowFailed', error });
  });

  it.each([
    ['a function', () => () => 1, 'it is a function'],
    ['a BigInt', () => 1n, 'BigInt'],
    [
      'a cycle',
      () => {
        const cycle: Record<string, unknown> = {};
        return (cycle.self = cycle);
      },
      'circular',
    ],
  ])('says why a result that is %s cannot be kept', async (_what, make, why) => {
    const run = simulate(sample(async () => (make as () => unknown)()));
    await run.start();
    const end = run.decisions.at(-1);
    expect(end).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/not-serialisable' } });
    expect(end?.type === 'FlowFailed' && end.error.message).toContain(why);
  });

  it('fails when it takes longer than it may', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {}), { timeoutSeconds: 5 }));
    await run.start();
    await run.fire('flow-timeout');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled' },
      { type: 'FlowFailed', error: { code: 'flow/timeout' } },
    ]);
  });
});

describe('a flow that is tried again (rule 5)', () => {
  const again = sample(
    async (_input, ctx) => {
      const first = await ctx.task(fetchOne, { value: 'once' });
      return ctx.task(store, first);
    },
    { retries: 1, retryDelaySeconds: 300 },
  );

  it('keeps what succeeded and does the rest again under new steps', async () => {
    const run = simulate(again);
    await run.start();
    await run.succeed(1, { value: 'kept' });
    await run.fail(2, { disposition: 'terminal' });
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'TimerScheduled',
      kind: 'flow-retry',
      dueAt: run.now + 300_000,
    });
    await run.fire('flow-retry-2');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'FlowRetried', epoch: 2 },
      { type: 'TaskScheduled', step: 3, task: 'store', input: { value: 'kept' } },
    ]);
    await run.succeed(3, { value: 'stored' });
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowCompleted' });
  });

  it('keeps the idempotency key of a step over its epochs', async () => {
    const run = simulate(again);
    await run.start();
    await run.succeed(1, { value: 'kept' });
    await run.fail(2, { disposition: 'terminal' });
    await run.fire('flow-retry-2');
    expect(run.task(3).idempotencyKey).toBe(run.task(2).idempotencyKey);
  });

  it('fails for good after its last try', async () => {
    const run = simulate(again);
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    await run.fire('flow-retry-2');
    await run.fail(2, { disposition: 'terminal' });
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('does not do again what succeeded although its epoch had given it up', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) =>
          Promise.all([ctx.task(fetchOne, { value: 'slow' }), ctx.task(store, { value: 'bad' })]),
        { retries: 1, retryDelaySeconds: 1 },
      ),
    );
    await run.start();
    await run.fail(2, { disposition: 'terminal' });
    await run.finish(1, 1, { status: 'success', result: { value: 'too late' } });
    await run.fire('flow-retry-2');
    expect(run.task(3)).toMatchObject({ task: 'store' });
  });

  describe('beside a task that may run only once (rule 14)', () => {
    const onceOnly = sampleOperation('send', { execution: 'at-most-once' });
    const sending = sample(
      async (_input, ctx) =>
        Promise.all([ctx.task(onceOnly, { value: 'mail' }), ctx.task(store, { value: 'bad' })]),
      { retries: 1, retryDelaySeconds: 1 },
    );

    async function failed(): Promise<SimulatedRun> {
      const run = simulate(sending);
      await run.start();
      await run.fail(2, { disposition: 'terminal' });
      expect(types(run)).not.toContain('TasksCancelled');
      await run.fire('flow-retry-2');
      expect(types(run).at(-1)).toBe('TimerScheduled');
      return run;
    }

    it('waits for its outcome before it begins again, and does not do it twice', async () => {
      const run = await failed();
      await run.succeed(1, { value: 'sent' });
      const scheduled = run.decisions.filter((event) => event.type === 'TaskScheduled');
      expect(scheduled.map(({ task: name }) => name)).toEqual(['send', 'store', 'store']);
      await run.succeed(3, { value: 'stored' });
      expect(run.decisions.at(-1)).toMatchObject({ result: [{ value: 'sent' }, { value: 'stored' }] });
    });

    it('halts when nobody knows whether it took effect', async () => {
      const run = await failed();
      expect(await run.fail(1, { disposition: 'halt' })).toMatchObject([
        { type: 'RunHalted', reason: 'ambiguous' },
      ]);
    });

    it('decides the same when the run is read again', async () => {
      const run = await failed();
      await run.succeed(1, { value: 'sent' });
      expect(await run.reload()).toEqual([]);
    });
  });
});

describe('what a flow hands to its tasks', () => {
  it('is what it was at that moment, whatever the flow does to it afterwards', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        const shared = { value: 'first' };
        const first = ctx.task(fetchOne, shared);
        shared.value = 'second';
        return Promise.all([first, ctx.task(fetchOne, shared)]);
      }),
    );
    await run.start();
    expect([run.task(1).input, run.task(2).input]).toEqual([{ value: 'first' }, { value: 'second' }]);
  });

  it('must be JSON, also where the call has a key', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, { value: 1n } as never, { key: 'k' })));
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/not-serialisable' },
    });
  });

  it('may fail before the flow looks', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        const all = ctx.map(['a', 'b'], (value) => ctx.task(fetchOne, { value }));
        await ctx.sleep(60);
        return all.catch((error: Error) => error.name);
      }),
    );
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    await run.fire('sleep-3');
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowCompleted', result: 'TaskFailedError' });
  });
});

describe('a run that is cancelled', () => {
  it('cancels what runs and ends', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {})));
    await run.start();
    await run.feed({
      type: 'CancelRequested',
      actor: { userId: 'local', channel: 'api' },
      reason: 'changed my mind',
    });
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'FlowCancelled', reason: 'changed my mind' },
    ]);
  });
});
