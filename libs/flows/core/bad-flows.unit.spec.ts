import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { SimulatedRun } from '../testing/simulated-run.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');

const endOf = async (run: SimulatedRun) => {
  await run.start();
  return run.decisions.at(-1);
};

describe('a flow that', () => {
  it('never awaits completes with its first activation', async () => {
    const run = simulate(sample(async () => 'at once'));
    expect(await endOf(run)).toEqual({ type: 'FlowCompleted', result: 'at once' });
  });

  it('awaits nothing of its context and never ends halts the run (rule 2)', async () => {
    const run = simulate(sample(() => new Promise(() => undefined)));
    await expect(run.start()).rejects.toMatchObject({
      code: 'flow/foreign-promise',
      message: expect.stringContaining('waits for something that is not in its history'),
    });
  });

  it.each([
    ['a text', 'just text', 'the flow threw string "just text", which is not an Error'],
    ['nothing', undefined, 'the flow threw undefined undefined, which is not an Error'],
    ['null', null, 'the flow threw object null, which is not an Error'],
    ['a BigInt', 1n, 'the flow threw bigint, which is not an Error'],
    ['an object', { why: 'so' }, 'the flow threw object {"why":"so"}, which is not an Error'],
  ])('throws %s fails with what it threw', async (_what, thrown, message) => {
    const run = simulate(
      sample(async () => {
        throw thrown as unknown;
      }),
    );
    expect(await endOf(run)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/thrown-value', message },
    });
  });

  it('throws before it is a promise fails like any other', async () => {
    const run = simulate(
      sample(() => {
        throw new Error('not even a promise');
      }),
    );
    expect(await endOf(run)).toMatchObject({ type: 'FlowFailed', error: { message: 'not even a promise' } });
  });

  it.each<[string, () => unknown, string]>([
    ['a function', () => () => 1, 'the result of the flow cannot be kept: it is a function'],
    ['a symbol', () => Symbol('s'), 'the result of the flow cannot be kept: it is a symbol'],
    ['a BigInt', () => ({ amount: 1n }), 'BigInt'],
    [
      'a cycle',
      () => {
        const cycle: Record<string, unknown> = {};
        return (cycle.self = cycle);
      },
      'circular',
    ],
  ])('returns %s fails with a sentence that says so', async (_what, make, sentence) => {
    const run = simulate(sample(async () => make()));
    expect(await endOf(run)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/not-serialisable', message: expect.stringContaining(sentence) },
    });
  });

  it('returns nothing completes with null', async () => {
    const run = simulate(sample(async () => undefined));
    expect(await endOf(run)).toEqual({ type: 'FlowCompleted', result: null });
  });

  it('starts 10,000 tasks at once has them all scheduled, and joins them', async () => {
    const run = new SimulatedRun(
      sample(async (_input, ctx) => {
        const all = await Promise.all(
          Array.from({ length: 10_000 }, (_, index) => ctx.task(fetchOne, { value: String(index) })),
        );
        return all.length;
      }),
    );
    await run.start();
    expect(types(run).filter((type) => type === 'TaskScheduled')).toHaveLength(10_000);
    for (let step = 1; step <= 10_000; step++) await run.succeed(step, {}, 1);
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: 10_000 });
  });

  it('starts one more fails with a sentence that says how many it may (rule 21)', async () => {
    const run = new SimulatedRun(
      sample((_input, ctx) =>
        Promise.all(
          Array.from({ length: 10_001 }, (_, index) => ctx.task(fetchOne, { value: String(index) })),
        ),
      ),
    );
    expect(await endOf(run)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/too-long', message: expect.stringContaining('10000 steps') },
    });
  });

  it('maps with a concurrency that makes no sense fails', async () => {
    const run = simulate(
      sample((_input, ctx) => ctx.map([1], () => ctx.task(fetchOne, {}), { concurrency: 0 })),
    );
    expect(await endOf(run)).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/usage' } });
  });

  it('keeps its context for later is not answered once its try is over (rule 5)', async () => {
    let late: (() => Promise<unknown>) | undefined;
    const run = simulate(
      sample(
        async (_input, ctx) => {
          if (ctx.attempt === 1) {
            late = () => ctx.task(fetchOne, { value: 'of the first try' });
            throw new Error('again');
          }
          void late?.();
          await ctx.task(fetchOne, { value: 'of the second try' });
        },
        { retries: 1 },
      ),
    );
    await run.start();
    expect(run.decisions.filter((event) => event.type === 'TaskScheduled')).toMatchObject([
      { input: { value: 'of the second try' } },
    ]);
  });
});

describe('what is said to a run', () => {
  it('before its start is not heeded', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {})));
    expect(await run.cancel()).toEqual([]);
    expect(await run.signal('word')).toEqual([]);
    await run.start();
    expect(run.ended).toBe(false);
  });

  it('after its end changes nothing', async () => {
    const run = simulate(sample(async () => 'done'));
    await run.start();
    for (const said of [
      () => run.cancel(),
      () => run.pause(),
      () => run.resume(),
      () => run.signal('word'),
      () => run.approve(1),
      () => run.start(),
    ]) {
      expect(await said()).toEqual([]);
    }
  });

  it('as a second start changes nothing', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {})));
    await run.start();
    expect(await run.start({ value: 'other' })).toEqual([]);
  });
});
