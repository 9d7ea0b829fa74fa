import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import type { SimulatedRun } from '../testing/simulated-run.js';
import { NonDeterminismError } from './errors.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const store = sampleOperation('store');
const child = sample(async () => 1, { name: 'child' });

const original = sample(async (_input, ctx) => {
  await ctx.task(fetchOne, {});
  await ctx.sleep(5);
  await ctx.task(store, {});
  return ctx.task(store, { value: 'more' });
});

async function travelled(): Promise<SimulatedRun> {
  const run = simulate(original);
  await run.start();
  await run.succeed(1, {});
  await run.fire('sleep-2');
  await run.succeed(3, {});
  return run;
}

const failure = (run: SimulatedRun, changed: ReturnType<typeof sample>): Promise<NonDeterminismError> =>
  run.reload(Infinity, changed).then(
    () => Promise.reject(new Error('the change was not noticed')),
    (error: NonDeterminismError) => error,
  );

describe('a flow whose code has changed under a run', () => {
  it('is told apart by a difference that a person can read', async () => {
    const error = await failure(
      await travelled(),
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, {});
        await ctx.task(store, {});
      }),
    );
    expect(error).toMatchObject({
      code: 'flow/non-determinism',
      disposition: 'halt',
      decision: 3,
      logHolds: 'timer sleep-2 (sleep)',
      codeAsks: 'task store (operation sample.store, step 2, attempt 1)',
    });
    expect(error.difference).toBe(
      [
        '    1  the start of sample version 1',
        '    2  task fetch_one (operation sample.fetch_one, step 1, attempt 1)',
        '  - 3  timer sleep-2 (sleep)   (in the log)',
        '  + 3  task store (operation sample.store, step 2, attempt 1)   (asked for by the code)',
        '    4  task store (operation sample.store, step 3, attempt 1)   (in the log)',
        '    5  task store (operation sample.store, step 4, attempt 1)   (in the log)',
      ].join('\n'),
    );
  });

  it('shows three lines before the difference and two after it', async () => {
    const error = await failure(
      await travelled(),
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, {});
        await ctx.sleep(5);
        await ctx.task(store, {});
        return 'done';
      }),
    );
    expect(error.difference.split('\n')).toEqual([
      '    2  task fetch_one (operation sample.fetch_one, step 1, attempt 1)',
      '    3  timer sleep-2 (sleep)',
      '    4  task store (operation sample.store, step 3, attempt 1)',
      '  - 5  task store (operation sample.store, step 4, attempt 1)   (in the log)',
      '  + 5  the end of the flow with a result   (asked for by the code)',
    ]);
  });

  it('carries the difference in the record that halts the run', async () => {
    const error = await failure(
      await travelled(),
      sample(async (_input, ctx) => ctx.sleep(5)),
    );
    expect(error.difference).toContain('  + 2  timer sleep-1 (sleep)');
  });

  it.each<[string, ReturnType<typeof sample>, string]>([
    [
      'asks for nothing more',
      sample(async (_input, ctx) => void ctx.signal('word', {})),
      'the wait for signal word (step 1)',
    ],
    ['ends early', sample(async () => 'done'), 'the end of the flow with a result'],
    [
      'fails',
      sample(async () => {
        throw new Error('broken');
      }),
      'the end of the flow with an error',
    ],
    ['calls a child', sample((_input, ctx) => ctx.flow(child, {})), 'child flow child (step 1)'],
    ['starts a flow', sample((_input, ctx) => ctx.startFlow(child, {})), 'detached flow child (step 1)'],
    ['asks a person', sample((_input, ctx) => ctx.approval('yes')), 'approval yes (step 1)'],
    ['reads a state', sample((_input, ctx) => ctx.state('mark', 0)), 'the reading of state mark (step 1)'],
    [
      'goes on elsewhere',
      sample((_input, ctx) => ctx.continueAsNew({})),
      'the end of the flow, continued as run-1-c2',
    ],
    [
      'shows something',
      sample(async (_input, ctx) => {
        ctx.artifact({ kind: 'table', key: 'k', data: [] });
        await ctx.sleep(1);
      }),
      'table artifact k (step 1)',
    ],
  ])('is noticed where the code %s', async (_what, changed, asks) => {
    expect(await failure(await travelled(), changed)).toMatchObject({ decision: 2, codeAsks: asks });
  });

  it('goes on once the code is mended', async () => {
    const run = await travelled();
    await failure(
      run,
      sample(async () => 'done'),
    );
    expect(await run.reload()).toEqual([]);
    await run.succeed(4, { value: 'more' });
    expect(types(run).at(-1)).toBe('FlowCompleted');
  });
});
