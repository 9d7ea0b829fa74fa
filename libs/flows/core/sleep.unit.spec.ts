import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate } from './simulated.fixtures.js';

const YEAR = 366 * 24 * 3_600;
const store = sampleOperation('store');
const sleeper = (seconds: number) => simulate(sample((_input, ctx) => ctx.sleep(seconds)));

describe('ctx.sleep', () => {
  it('lasts up to a year', async () => {
    const run = sleeper(YEAR);
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'TimerScheduled',
      timerId: 'sleep-1',
      kind: 'sleep',
      dueAt: run.now + YEAR * 1_000,
    });
    await run.fire('sleep-1');
    expect(run.ended).toBe(true);
  });

  it('writes down what was asked for, by which a later epoch or a fork knows it', async () => {
    const run = sleeper(0.0015);
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({ dueAt: run.now + 2, seconds: 0.0015 });
  });

  it.each([-1, NaN, Infinity, YEAR + 1])('refuses %d seconds', async (seconds) => {
    const run = sleeper(seconds);
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/usage', message: expect.stringContaining(`sleep(${seconds})`) },
    });
  });

  it('of no time waits for its timer too', async () => {
    const run = sleeper(0);
    await run.start();
    expect(run.ended).toBe(false);
    await run.fire('sleep-1');
    expect(run.ended).toBe(true);
  });

  it('is not slept again when the flow is tried again', async () => {
    const run = simulate(
      sample(async (_input, ctx) => (await ctx.sleep(60), ctx.task(store, {})), { retries: 1 }),
    );
    await run.start();
    await run.fire('sleep-1');
    await run.fail(2, { disposition: 'terminal' });
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'FlowRetried' },
      { type: 'TaskScheduled', step: 3 },
    ]);
  });

  it('ends with the run, and its timer is of no use any more', async () => {
    const run = sleeper(60);
    await run.start();
    await run.cancel();
    expect(run.ended).toBe(true);
    expect(await run.fire('sleep-1')).toEqual([]);
  });
});
