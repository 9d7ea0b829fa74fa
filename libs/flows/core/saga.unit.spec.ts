import { describe, expect, it } from '@jest/globals';
import type { FlowContext } from '../context.js';
import { task } from '../task.js';
import { sampleOperation } from '../testing/sample-operations.js';
import type { SimulatedRun } from '../testing/simulated-run.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const book = sampleOperation('book');
const unbook = sampleOperation('unbook');
const fetchOne = sampleOperation('fetch_one');

const booking = (ctx: FlowContext, value: string) => ctx.task(book, { value }, { compensate: unbook });

/** What is undone, in order, with the steps that it undoes. */
const undone = (run: SimulatedRun) =>
  run.decisions.flatMap((event) =>
    event.type === 'TaskScheduled' && event.compensates !== undefined
      ? [{ step: event.step, of: event.compensates, input: event.input }]
      : [],
  );

describe('a flow that fails', () => {
  const trip = sample(async (_input, ctx) => {
    await booking(ctx, 'flight');
    await booking(ctx, 'hotel');
    await ctx.task(fetchOne, {});
  });

  async function failed(): Promise<SimulatedRun> {
    const run = simulate(trip);
    await run.start();
    await run.succeed(1, { value: 'flight 7' });
    await run.succeed(2, { value: 'room 9' });
    await run.fail(3, { disposition: 'terminal', message: 'no way' });
    return run;
  }

  it('undoes what it has done, last first, one after the other (rule 8)', async () => {
    const run = await failed();
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'CompensationStarted', steps: [2, 1] },
      { type: 'TaskScheduled', task: 'unbook', step: 4, compensates: 2, input: { value: 'room 9' } },
    ]);
    await run.succeed(4, {});
    expect(undone(run)).toEqual([
      { step: 4, of: 2, input: { value: 'room 9' } },
      { step: 5, of: 1, input: { value: 'flight 7' } },
    ]);
    await run.succeed(5, {});
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'test/failed', message: expect.stringContaining('no way') },
    });
  });

  it('undoes the rest where one compensation fails, and says what was not undone', async () => {
    const run = await failed();
    await run.fail(4, { disposition: 'terminal', message: 'closed on Sundays' });
    await run.succeed(5, {});
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: {
        code: 'flow/compensation-failed',
        message: expect.stringMatching(/not undone: step 2 by unbook \(.*closed on Sundays\)/),
        cause: { code: 'test/failed' },
      },
    });
  });

  it('halts where nobody knows whether a compensation took effect, and goes on by a person’s word', async () => {
    const run = await failed();
    expect(await run.lose(4)).toMatchObject([{ type: 'RunHalted', reason: 'ambiguous' }]);
    await run.resume([{ step: 4, as: 'retry' }]);
    expect(run.task(4)).toMatchObject({ attempt: 2, compensates: 2 });
    await run.succeed(4, {});
    await run.succeed(5, {});
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('goes on undoing when it is cancelled meanwhile, and stops at a second cancel', async () => {
    const run = await failed();
    expect(await run.cancel()).toMatchObject([{ type: 'FlowCancelling' }]);
    await run.succeed(4, {});
    expect(undone(run)).toHaveLength(2);
    await run.cancel();
    expect(types(run).slice(-2)).toEqual(['TasksCancelled', 'FlowCancelled']);
  });

  it('may be paused while it undoes', async () => {
    const run = await failed();
    await run.pause();
    expect(await run.succeed(4, {})).toEqual([]);
    await run.resume();
    expect(undone(run)).toHaveLength(2);
  });

  it('undoes nothing where nothing had been done', async () => {
    const run = simulate(trip);
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    expect(types(run).slice(-1)).toEqual(['FlowFailed']);
    expect(types(run)).not.toContain('CompensationStarted');
  });

  it('undoes nothing where the flow completes', async () => {
    const run = simulate(sample(async (_input, ctx) => booking(ctx, 'flight')));
    await run.start();
    await run.succeed(1, {});
    expect(types(run).at(-1)).toBe('FlowCompleted');
  });
});

describe('what a compensation is given', () => {
  it('is by default what it knows out of the result, then out of the input', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await booking(ctx, 'asked');
        throw new Error('broken');
      }),
    );
    await run.start();
    await run.succeed(1, { other: 'thing' });
    expect(run.task(2).input).toEqual({ value: 'asked' });
  });

  it('may be made from result and input, by a task with retries of its own', async () => {
    const patiently = task({ name: 'unbook_patiently', retries: 1 }, unbook);
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(
          book,
          { value: 'in' },
          {
            compensate: {
              task: patiently,
              input: (result: { value: string }, input: { value: string }) => ({
                value: `${input.value}/${result.value}`,
              }),
            },
          },
        );
        throw new Error('broken');
      }),
    );
    await run.start();
    await run.succeed(1, { value: 'out' });
    expect(run.task(2)).toMatchObject({ task: 'unbook_patiently', input: { value: 'in/out' } });
    await run.fail(2);
    expect(run.task(2)).toMatchObject({ attempt: 2, compensates: 1 });
  });

  it('that cannot be made counts as a compensation that failed', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(
          book,
          {},
          {
            compensate: {
              task: unbook,
              input: () => {
                throw new Error('I forgot');
              },
            },
          },
        );
        throw new Error('broken');
      }),
    );
    await run.start();
    await run.succeed(1, {});
    expect(run.decisions.at(-1)).toMatchObject({
      error: { code: 'flow/compensation-failed', message: expect.stringContaining('I forgot') },
    });
  });
});

describe('a task that can be undone and is still open when its flow ends (rule 8)', () => {
  const side = sample(async (_input, ctx) => {
    await Promise.all([booking(ctx, 'slow'), ctx.task(fetchOne, {})]);
  });

  async function failing(): Promise<SimulatedRun> {
    const run = simulate(side);
    await run.start();
    await run.fail(2, { disposition: 'terminal' });
    return run;
  }

  it('is waited for, and undone when it succeeds', async () => {
    const run = await failing();
    expect(types(run)).not.toContain('TasksCancelled');
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'TimerScheduled',
      timerId: 'outcome-1',
      kind: 'clean-up',
    });
    await run.succeed(1, { value: 'booked' });
    expect(undone(run)).toEqual([{ step: 3, of: 1, input: { value: 'booked' } }]);
    await run.succeed(3, {});
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('is not undone when it fails', async () => {
    const run = await failing();
    await run.fail(1);
    expect(types(run).at(-1)).toBe('FlowFailed');
    expect(undone(run)).toEqual([]);
  });

  it('halts the run when its outcome is unknown; a person says whether there is anything to undo', async () => {
    const run = await failing();
    expect(await run.lose(1)).toMatchObject([{ type: 'RunHalted', reason: 'ambiguous' }]);
    await run.resume([{ step: 1, as: 'succeeded', result: { value: 'it was' } }]);
    expect(undone(run)).toEqual([{ step: 3, of: 1, input: { value: 'it was' } }]);
  });

  it.each(['failed', 'retry'] as const)('has nothing to undo when a person says %s', async (as) => {
    const run = await failing();
    await run.lose(1);
    await run.resume([{ step: 1, as }]);
    expect(undone(run)).toEqual([]);
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('halts the run when no outcome comes in time', async () => {
    const run = await failing();
    expect(await run.fire('outcome-1')).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      {
        type: 'RunHalted',
        reason: 'ambiguous',
        error: { message: expect.stringContaining('no outcome came within 360 s') },
      },
    ]);
    await run.resume([{ step: 1, as: 'failed' }]);
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('is waited for when the run is cancelled', async () => {
    const run = simulate(side);
    await run.start();
    await run.cancel();
    expect(run.decisions.find((event) => event.type === 'TasksCancelled')).toMatchObject({
      taskRunIds: ['run-1-2'],
    });
    await run.succeed(1, { value: 'booked' });
    expect(undone(run)).toEqual([{ step: 3, of: 1, input: { value: 'booked' } }]);
    await run.succeed(3, {});
    expect(types(run).at(-1)).toBe('FlowCancelled');
  });

  it('is not waited for any longer when it turns out that nobody had begun it in time', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(book, {}, { compensate: unbook, scheduleToStartSeconds: 10 });
      }),
    );
    await run.start();
    await run.cancel();
    expect(await run.fire('start-by-1-1', { unbegun: true })).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'FlowCancelled' },
    ]);
  });

  it('is given up when a person cancels twice', async () => {
    const run = simulate(side);
    await run.start();
    await run.cancel();
    await run.cancel();
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'FlowCancelled' },
    ]);
  });

  it('is waited for as well when its own time to be done is over', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(book, {}, { compensate: unbook, scheduleToCloseSeconds: 10 });
      }),
    );
    await run.start();
    await run.fire('close-by-1');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'TimerScheduled', timerId: 'outcome-1' },
    ]);
    await run.succeed(1, { value: 'after all' });
    expect(undone(run)).toEqual([{ step: 2, of: 1, input: { value: 'after all' } }]);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/task-timed-out' },
    });
  });

  it('needs no outcome while it waits for its next attempt', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await Promise.all([
          ctx.task(book, {}, { compensate: unbook, retries: 1, retryDelaySeconds: 60 }),
          ctx.task(fetchOne, {}),
        ]);
      }),
    );
    await run.start();
    await run.fail(1);
    await run.fail(2, { disposition: 'terminal' });
    expect(types(run).at(-1)).toBe('FlowFailed');
  });
});

describe('compensations over the tries of a flow', () => {
  it('undo once, at the very end, what earlier tries have done', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) => {
          await booking(ctx, 'flight');
          await ctx.task(fetchOne, {});
        },
        { retries: 1 },
      ),
    );
    await run.start();
    await run.succeed(1, { value: 'flight 7' });
    await run.fail(2, { disposition: 'terminal' });
    expect(types(run)).not.toContain('CompensationStarted');
    await run.fail(3, { disposition: 'terminal' });
    expect(undone(run)).toEqual([{ step: 4, of: 1, input: { value: 'flight 7' } }]);
    await run.succeed(4, {});
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('cover what a later try does not ask for any more', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) => {
          await booking(ctx, `try ${ctx.attempt}`);
          await ctx.task(fetchOne, {});
        },
        { retries: 1 },
      ),
    );
    await run.start();
    await run.succeed(1, { value: 'one' });
    await run.fail(2, { disposition: 'terminal' });
    await run.succeed(3, { value: 'two' });
    await run.fail(4, { disposition: 'terminal' });
    await run.succeed(5, {});
    expect(undone(run).map(({ of }) => of)).toEqual([3, 1]);
  });

  it('wait for what an earlier try had left open, before the next begins', async () => {
    const run = simulate(
      sample(async (_input, ctx) => Promise.all([booking(ctx, 'slow'), ctx.task(fetchOne, {})]), {
        retries: 1,
      }),
    );
    await run.start();
    await run.fail(2, { disposition: 'terminal' });
    expect(types(run)).not.toContain('FlowRetried');
    await run.succeed(1, { value: 'kept' });
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'FlowRetried' },
      { type: 'TaskScheduled', task: 'fetch_one', step: 3 },
    ]);
  });

  it('are not overtaken by a try of the flow that a cancel has come before', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) => {
          await booking(ctx, 'flight');
          await ctx.task(fetchOne, {});
        },
        { retries: 1, retryDelaySeconds: 60 },
      ),
    );
    await run.start();
    await run.succeed(1, { value: 'flight 7' });
    await run.fail(2, { disposition: 'terminal' });
    await run.cancel();
    expect(undone(run)).toHaveLength(1);
    expect(await run.fire('flow-retry-2')).toEqual([]);
    await run.succeed(3, {});
    expect(types(run).at(-1)).toBe('FlowCancelled');
  });
});

describe('compensations of a run that has taken all the steps that it may', () => {
  it('are made all the same (rules 8 and 21)', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await booking(ctx, 'flight');
        await ctx.map(
          Array.from({ length: 10_000 }, (_, index) => String(index)),
          (value) => ctx.task(fetchOne, { value }),
        );
      }),
    );
    await run.start();
    await run.succeed(1, { value: 'flight 7' });
    expect(undone(run)).toEqual([{ step: 10_001, of: 1, input: { value: 'flight 7' } }]);
    await run.succeed(10_001, {});
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/too-long' } });
  });
});
