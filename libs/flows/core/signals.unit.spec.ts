import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const listener = sample(async (_input, ctx) => [await ctx.signal('word'), await ctx.signal('word')]);

describe('ctx.signal', () => {
  it('says in the log what it waits for, and gives what the signal carries', async () => {
    const run = simulate(sample((_input, ctx) => ctx.signal('word')));
    await run.start();
    expect(run.decisions.at(-1)).toEqual({ type: 'SignalAwaited', step: 1, name: 'word' });
    await run.signal('word', { said: 'yes' });
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: { said: 'yes' } });
  });

  it('takes signals that came before anybody waited, in the order of their coming', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.sleep(1);
        return [await ctx.signal('word'), await ctx.signal('word')];
      }),
    );
    await run.start();
    await run.signal('word', 1);
    await run.signal('other', 'not meant');
    await run.signal('word', 2);
    await run.fire('sleep-1');
    expect(run.decisions.at(-1)).toMatchObject({ result: [1, 2] });
  });

  it('serves those who wait in the order of their asking', async () => {
    const run = simulate(
      sample((_input, ctx) => Promise.all([ctx.signal('word'), ctx.signal('other'), ctx.signal('word')])),
    );
    await run.start();
    await run.signal('word', 'first');
    await run.signal('word', 'second');
    await run.signal('other', 'between');
    expect(run.decisions.at(-1)).toMatchObject({ result: ['first', 'between', 'second'] });
  });

  it('takes the same signal once, however often it is said', async () => {
    const run = simulate(listener);
    await run.start();
    await run.signal('word', 1, { id: 'a' });
    expect(await run.signal('word', 1, { id: 'a' })).toEqual([]);
    await run.signal('word', 2, { id: 'b' });
    expect(run.decisions.at(-1)).toMatchObject({ result: [1, 2] });
  });

  it('leaves a signal that nobody waits for where it is', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {})));
    await run.start();
    expect(await run.signal('word', 1)).toEqual([]);
    await run.succeed(1, {});
    expect(run.ended).toBe(true);
  });

  it('fails when none came in time', async () => {
    const run = simulate(sample((_input, ctx) => ctx.signal('word', { timeoutSeconds: 30 })));
    await run.start();
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TimerScheduled', timerId: 'signal-1', kind: 'signal-timeout', dueAt: run.now + 30_000 },
      { type: 'SignalAwaited', dueAt: run.now + 30_000 },
    ]);
    await run.fire('signal-1');
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/signal-timeout', message: 'signal word did not come within 30 s' },
    });
  });

  it('goes by whichever came first, the signal or the end of its time', async () => {
    const waiting = sample((_input, ctx) =>
      ctx
        .signal<string>('word', { timeoutSeconds: 30 })
        .catch((error: Error) => error.name)
        .then(async (first) => [first, await ctx.signal('word')]),
    );
    const heard = simulate(waiting);
    await heard.start();
    await heard.signal('word', 'in time');
    expect(heard.obsoleteTimers()).toEqual(['signal-1']);
    expect(await heard.fire('signal-1')).toEqual([]);

    const late = simulate(waiting);
    await late.start();
    await late.fire('signal-1');
    await late.signal('word', 'late');
    expect(late.decisions.at(-1)).toMatchObject({ result: ['SignalTimeoutError', 'late'] });
  });

  it.each([-1, NaN])('refuses to wait for %d seconds', async (timeoutSeconds) => {
    const run = simulate(sample((_input, ctx) => ctx.signal('word', { timeoutSeconds })));
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/usage' } });
  });

  it('is not waited for again when the flow is tried again', async () => {
    const run = simulate(
      sample(async (_input, ctx) => [await ctx.signal('word'), await ctx.task(fetchOne, {})], { retries: 1 }),
    );
    await run.start();
    await run.signal('word', 'heard');
    await run.fail(2, { disposition: 'terminal' });
    await run.succeed(3, {});
    expect(run.decisions.at(-1)).toMatchObject({ result: ['heard', {}] });
  });
});
