import { describe, expect, it } from '@jest/globals';
import type { FlowRunId } from '#libs/run-log';
import { sampleOperation } from '../testing/sample-operations.js';
import type { SimulatedRun } from '../testing/simulated-run.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const store = sampleOperation('store');
const child = sample(async () => 1, { name: 'child' });

describe('a run that is cancelled', () => {
  it('closes its tasks and children, tells the flow, and ends (rule 7)', async () => {
    const run = simulate(
      sample((_input, ctx) =>
        Promise.all([ctx.task(fetchOne, {}), ctx.flow(child, {}), ctx.sleep(9), ctx.signal('word')]),
      ),
    );
    await run.start();
    await run.cancel('changed my mind');
    expect(run.decisions.slice(-4)).toEqual([
      { type: 'FlowCancelling', cause: 'cancel', reason: 'changed my mind' },
      {
        type: 'TasksCancelled',
        taskRunIds: ['run-1-1'],
        reason: 'the run was cancelled: changed my mind',
      },
      {
        type: 'ChildrenCancelled',
        childRunIds: ['run-1-2'],
        reason: 'the run was cancelled: changed my mind',
      },
      { type: 'FlowCancelled', reason: 'changed my mind' },
    ]);
  });

  it('rejects everything that the flow waits for', async () => {
    const seen: string[] = [];
    const noted = (name: string) => (error: { code: string }) => void seen.push(`${name} ${error.code}`);
    const flow = sample(async (_input, ctx) => {
      seen.length = 0;
      await Promise.all([
        ctx.task(fetchOne, {}).catch(noted('task')),
        ctx.flow(child, {}).catch(noted('child')),
        ctx.sleep(9).catch(noted('sleep')),
        ctx.signal('word').catch(noted('signal')),
        ctx.approval('yes').catch(noted('approval')),
        ctx.state('mark', 0).catch(noted('state')),
      ]);
    });
    const run = simulate(flow);
    await run.start();
    await run.cancel();
    expect(seen).toEqual(
      ['task', 'child', 'sleep', 'signal', 'approval', 'state'].map((name) => `${name} flow/cancelled`),
    );
  });

  it('lets the flow clean up by its shielded context only', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        try {
          await ctx.task(fetchOne, {});
        } finally {
          const refused = await ctx.task(store, {}).catch((error: { code: string }) => error.code);
          await ctx.shielded.task(store, { value: refused as string });
        }
      }),
    );
    await run.start();
    await run.cancel();
    expect(run.task(2).input).toEqual({ value: 'flow/cancelled' });
    expect(run.ended).toBe(false);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCancelled' });
  });

  it('leaves alone what the shielded context had already begun', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        try {
          await ctx.task(fetchOne, {});
        } finally {
          await ctx.shielded.task(store, { value: 'clean up' });
        }
      }),
    );
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    await run.cancel();
    expect(types(run)).not.toContain('TasksCancelled');
    await run.succeed(2, {});
    expect(types(run).at(-1)).toBe('FlowCancelled');
  });

  it.each([
    ['returns', async () => 'as if nothing had happened'],
    [
      'throws something else',
      async () => {
        throw new Error('another matter');
      },
    ],
  ])('ends cancelled though the flow %s', async (_what, after) => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, {}).catch(() => undefined);
        return after();
      }),
    );
    await run.start();
    await run.cancel();
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCancelled' });
  });

  it('does not begin another try of the flow', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {}), { retries: 3 }));
    await run.start();
    await run.cancel();
    expect(types(run).at(-1)).toBe('FlowCancelled');
  });

  it('ends at once while it waits for another try of the flow, which is not made', async () => {
    const run = simulate(
      sample((_input, ctx) => ctx.task(fetchOne, {}), { retries: 3, retryDelaySeconds: 60 }),
    );
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    await run.cancel();
    expect(types(run).slice(-2)).toEqual(['FlowCancelling', 'FlowCancelled']);
    expect(await run.fire('flow-retry-2')).toEqual([]);
  });

  it('ignores the outcome of a task that it has closed (rule 4)', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        const result = await ctx.task(fetchOne, {}).catch((error: { code: string }) => error.code);
        await ctx.shielded.task(store, { value: result as string });
      }),
    );
    await run.start();
    await run.cancel();
    expect(await run.succeed(1, { value: 'late' })).toEqual([]);
    expect(run.task(2).input).toEqual({ value: 'flow/cancelled' });
  });

  it('has no more than its time to clean up', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) => {
          await ctx.task(fetchOne, {}).catch(() => ctx.shielded.task(store, {}));
        },
        { cleanUpSeconds: 5 },
      ),
    );
    await run.start();
    await run.cancel();
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'TimerScheduled',
      kind: 'clean-up',
      dueAt: run.now + 5_000,
    });
    await run.fire('clean-up');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-2'] },
      { type: 'FlowCancelled' },
    ]);
  });

  it('sets no time for cleaning up where the flow ends at once', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {})));
    await run.start();
    await run.cancel();
    expect(types(run)).not.toContain('TimerScheduled');
  });

  it('ends at once when it is told a second time', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, {}).catch(() => ctx.shielded.task(store, {}));
      }),
    );
    await run.start();
    await run.cancel('please');
    await run.cancel('now');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-2'] },
      { type: 'FlowCancelled', reason: 'now' },
    ]);
    expect(await run.cancel()).toEqual([]);
  });

  describe('by its parent', () => {
    const booking = sample((_input, ctx) => ctx.task(fetchOne, {}, { compensate: store }));
    const byParent = { by: 'parent' as FlowRunId };
    const isUndoing = (run: SimulatedRun): boolean => !run.ended && types(run).includes('FlowCancelling');

    it.each<[string, (run: SimulatedRun) => Promise<unknown>]>([
      ['said again', async (run) => [await run.cancel('up', byParent), await run.cancel('up', byParent)]],
      ['after a person has', async (run) => [await run.cancel(), await run.cancel('up', byParent)]],
      ['before a person does', async (run) => [await run.cancel('up', byParent), await run.cancel()]],
    ])('is no second word, %s: it cleans up and undoes', async (_when, cancel) => {
      const run = simulate(booking);
      await run.start();
      await cancel(run);
      expect(isUndoing(run)).toBe(true);
      await run.cancel();
      await run.cancel();
      expect(types(run).at(-1)).toBe('FlowCancelled');
    });
  });

  it('that is handed on twice is heard once, and a person may still say it again', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {}, { compensate: store })));
    await run.start();
    for (let times = 0; times < 2; times++) await run.cancel('enough', { id: 'from-run-0-7' });
    expect(types(run)).toContain('FlowCancelling');
    expect(run.ended).toBe(false);
    await run.cancel();
    expect(types(run).at(-1)).toBe('FlowCancelled');
  });

  it('that waits outside its history for its end is halted, and a second cancel ends it from outside (rule 2)', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, {}).catch(() => new Promise(() => undefined));
      }),
    );
    await run.start();
    await expect(run.cancel()).rejects.toMatchObject({ reason: 'foreign-promise' });
  });
});
