import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const tell = sampleOperation('tell');
const unbook = sampleOperation('unbook');

describe('the hooks of a flow', () => {
  it('run before the end is written, with the result', async () => {
    const run = simulate(
      sample((input, ctx) => ctx.task(fetchOne, input), {
        onSuccess: async (ctx, { result }) => void (await ctx.task(tell, result as object)),
      }),
    );
    await run.start();
    await run.succeed(1, { value: 'done' });
    expect(run.task(2)).toMatchObject({ task: 'tell', input: { value: 'done' } });
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: { value: 'done' } });
  });

  it('run on failure after the last try, and after what was to be undone was undone', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) => {
          await ctx.task(fetchOne, {}, { compensate: unbook });
          throw new Error(`try ${ctx.attempt}`);
        },
        {
          retries: 1,
          onFailure: async (ctx, { error }) => void (await ctx.task(tell, { value: error.message })),
        },
      ),
    );
    await run.start();
    await run.succeed(1, {});
    expect(run.decisions.filter((event) => event.type === 'TaskScheduled').map(({ task }) => task)).toEqual([
      'fetch_one',
      'unbook',
    ]);
    await run.succeed(2, {});
    expect(run.task(3)).toMatchObject({ task: 'tell', input: { value: 'try 2' } });
    await run.succeed(3, {});
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('run on cancellation, without a shield of their own', async () => {
    const run = simulate(
      sample((_input, ctx) => ctx.task(fetchOne, {}), {
        onCancel: async (ctx, { reason }) => void (await ctx.task(tell, { value: reason ?? '' })),
      }),
    );
    await run.start();
    await run.cancel('enough');
    expect(run.task(2).input).toEqual({ value: 'enough' });
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCancelled', reason: 'enough' });
  });

  it.each(['onSuccess', 'onFailure', 'onCancel'] as const)(
    'only run where they are meant: %s',
    async (hook) => {
      const called: string[] = [];
      const run = simulate(
        sample((_input, ctx) => ctx.task(fetchOne, {}), { [hook]: async () => void called.push(hook) }),
      );
      await run.start();
      if (hook === 'onSuccess') await run.fail(1, { disposition: 'terminal' });
      else await run.succeed(1, {});
      expect(run.ended).toBe(true);
      expect(called).toEqual([]);
    },
  );

  it('change nothing when they throw, at once or later', async () => {
    const atOnce = (): never => {
      throw new Error('a hook that throws');
    };
    for (const onSuccess of [atOnce, async () => atOnce()]) {
      const run = simulate(sample(async () => 'fine', { onSuccess }));
      await run.start();
      expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: 'fine' });
      expect(run.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
        'error: the hook of the flow failed: a hook that throws',
      ]);
    }
  });

  it('have chances of their own, not those of the code', async () => {
    const drawn: string[] = [];
    const run = simulate(
      sample(async (_input, ctx) => void drawn.push(ctx.uuid()), {
        onSuccess: async (ctx) => void drawn.push(ctx.uuid()),
      }),
    );
    await run.start();
    expect(new Set(drawn.slice(0, 2)).size).toBe(2);
  });

  it('are given up with the run when it is cancelled twice', async () => {
    const run = simulate(
      sample(async () => 'fine', { onSuccess: async (ctx) => void (await ctx.signal('never')) }),
    );
    await run.start();
    await run.cancel();
    await run.cancel();
    expect(types(run).slice(-2)).toEqual(['FlowCancelling', 'FlowCancelled']);
  });

  it('hear nothing of what the code had left running', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) => {
          void ctx.task(fetchOne, { value: 'left' }).then(() => ctx.task(fetchOne, { value: 'more' }));
          return 'fine';
        },
        { onSuccess: async (ctx) => void (await ctx.task(tell, {})) },
      ),
    );
    await run.start();
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'TaskScheduled', task: 'tell' },
    ]);
    expect(await run.succeed(1, {})).toEqual([]);
    await run.succeed(2, {});
    expect(types(run).at(-1)).toBe('FlowCompleted');
  });

  it('may keep state', async () => {
    const run = simulate(
      sample(async () => 'fine', {
        onSuccess: async (ctx) => (await ctx.state('mark', 0)).set(7),
      }),
    );
    await run.start();
    await run.value(1);
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: 'fine', state: { mark: 7 } });
  });
});
