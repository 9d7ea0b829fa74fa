import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');

const counting = (retries = 0) =>
  simulate(
    sample(
      async (_input, ctx) => {
        const mark = await ctx.state('mark', 0);
        const next = mark.value + ctx.attempt;
        mark.set(next);
        await ctx.task(fetchOne, {});
        return mark.value;
      },
      { retries },
    ),
  );

describe('ctx.state', () => {
  it('is read at a point that the log records', async () => {
    const run = counting();
    await run.start();
    expect(run.decisions.at(-1)).toEqual({ type: 'ValueRequested', step: 1, source: 'state', name: 'mark' });
  });

  it('is kept when the run completes', async () => {
    const run = counting();
    await run.start();
    await run.value(1, 41);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: 42, state: { mark: 42 } });
  });

  it('begins with what the flow says where nothing was kept', async () => {
    const run = counting();
    await run.start();
    await run.value(1);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toMatchObject({ state: { mark: 1 } });
  });

  it('is not kept by a run that fails or is cancelled', async () => {
    for (const end of ['fail', 'cancel'] as const) {
      const run = counting();
      await run.start();
      await run.value(1, 41);
      if (end === 'fail') await run.fail(2, { disposition: 'terminal' });
      else await run.cancel();
      expect(run.decisions.at(-1)).not.toHaveProperty('state');
    }
  });

  it('is not kept by a dry run', async () => {
    const run = counting();
    await run.start({}, { flags: { dryRun: true } });
    await run.value(1, 41);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: 42 });
  });

  it('is forgotten when the flow is tried again, which begins with the value that was read', async () => {
    const run = counting(1);
    await run.start();
    await run.value(1, 10);
    await run.fail(2, { disposition: 'terminal' });
    await run.succeed(3, {});
    expect(run.decisions.at(-1)).toMatchObject({ result: 12, state: { mark: 12 } });
    expect(run.decisions.filter((event) => event.type === 'ValueRequested')).toHaveLength(1);
  });

  it('is left out where nobody has set it', async () => {
    const run = simulate(sample(async (_input, ctx) => (await ctx.state('mark', 'first')).value));
    await run.start();
    await run.value(1, 'kept');
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: 'kept' });
  });

  it('must be JSON, and the run goes on where the flow looks after that', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        const mark = await ctx.state<unknown>('mark', 0);
        try {
          mark.set(() => 1);
        } catch (error) {
          return [(error as { code: string }).code, mark.value];
        }
      }),
    );
    await run.start();
    await run.value(1);
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: ['flow/not-serialisable', 0] });
  });

  it('hears an answer once', async () => {
    const run = counting();
    await run.start();
    await run.value(1, 1);
    expect(await run.value(1, 2)).toEqual([]);
  });
});

describe('ctx.storedResult', () => {
  it('gives what a run kept under that name, or nothing', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        const found = await ctx.storedResult('there');
        const none = await ctx.storedResult('nowhere');
        return [found, none === undefined];
      }),
    );
    await run.start();
    expect(run.decisions.at(-1)).toEqual({
      type: 'ValueRequested',
      step: 1,
      source: 'result',
      name: 'there',
    });
    await run.value(1, { value: 'kept' });
    await run.value(2);
    expect(run.decisions.at(-1)).toMatchObject({ result: [{ value: 'kept' }, true] });
  });
});
