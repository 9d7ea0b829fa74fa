import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const store = sampleOperation('store');

describe('a flow that takes longer than it may', () => {
  it('is told, cleans up, and fails', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) => {
          try {
            await ctx.task(fetchOne, {});
          } catch (error) {
            await ctx.shielded.task(store, { value: (error as { code: string }).code });
          }
          return 'in spite of it';
        },
        { timeoutSeconds: 30 },
      ),
    );
    await run.start();
    expect(run.decisions[1]).toMatchObject({ timerId: 'flow-timeout', dueAt: run.now + 30_000 });
    await run.fire('flow-timeout');
    expect(run.decisions.slice(-4)).toMatchObject([
      { type: 'FlowCancelling', cause: 'timeout' },
      { type: 'TasksCancelled' },
      { type: 'TaskScheduled', input: { value: 'flow/timeout' } },
      { type: 'TimerScheduled', kind: 'clean-up' },
    ]);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/timeout', message: 'flow sample did not end within 30 s' },
    });
  });

  it('is not tried again', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {}), { timeoutSeconds: 30, retries: 5 }));
    await run.start();
    await run.fire('flow-timeout');
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('has one time for all its tries', async () => {
    const run = simulate(
      sample((_input, ctx) => ctx.task(fetchOne, {}), {
        timeoutSeconds: 30,
        retries: 5,
        retryDelaySeconds: 60,
      }),
    );
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    await run.fire('flow-timeout');
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/timeout' } });
    expect(await run.fire('flow-retry-2')).toEqual([]);
  });

  it('may be cancelled while it cleans up, and ends at once at a second cancel', async () => {
    const run = simulate(
      sample(async (_input, ctx) => ctx.task(fetchOne, {}).catch(() => ctx.shielded.task(store, {})), {
        timeoutSeconds: 30,
      }),
    );
    await run.start();
    await run.fire('flow-timeout');
    expect(await run.cancel()).toMatchObject([{ type: 'FlowCancelling', cause: 'cancel' }]);
    await run.cancel();
    expect(types(run).slice(-2)).toEqual(['TasksCancelled', 'FlowCancelled']);
  });

  it('leaves no time-out behind that could strike while it cleans up after a cancel', async () => {
    const run = simulate(
      sample(async (_input, ctx) => ctx.task(fetchOne, {}).catch(() => ctx.shielded.task(store, {})), {
        timeoutSeconds: 30,
      }),
    );
    await run.start();
    await run.cancel();
    expect(await run.fire('flow-timeout')).toEqual([]);
    await run.succeed(2, {});
    expect(types(run).at(-1)).toBe('FlowCancelled');
  });
});
