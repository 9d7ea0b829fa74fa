import { describe, expect, it } from '@jest/globals';
import { millis } from '#libs/run-log';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const book = sampleOperation('book');
const unbook = sampleOperation('unbook');
const child = sample(async () => 1, { name: 'child' });

describe('ctx.race', () => {
  const contest = sample((_input, ctx) =>
    ctx.race<unknown>([
      (own) => own.task(fetchOne, { value: 'a' }),
      async (own) => {
        await own.flow(child, {});
        await own.task(fetchOne, { value: 'never' });
      },
      (own) => own.sleep(60),
    ]),
  );

  it('gives what the first branch gives and closes the others (rule 7)', async () => {
    const run = simulate(contest);
    await run.start();
    await run.succeed(1, { value: 'first' });
    const reason = 'another branch of the race was first';
    expect(run.decisions.slice(-3)).toEqual([
      { type: 'TasksCancelled', taskRunIds: [], steps: [3], reason },
      { type: 'ChildrenCancelled', childRunIds: ['run-1-2'], reason },
      { type: 'FlowCompleted', result: { value: 'first' } },
    ]);
  });

  it('names every wait that it gives up, and the task that waits for its next attempt', async () => {
    const run = simulate(
      sample((_input, ctx) =>
        ctx.race<unknown>([
          (own) => own.task(fetchOne, {}, { retries: 1, retryDelaySeconds: 9 }),
          (own) => own.task(fetchOne, { value: 'no room' }),
          (own) => own.signal('word', { timeoutSeconds: 60 }),
          (own) => own.approval('yes', null),
          (own) => own.state('mark', 0),
          (own) => own.signal('stop'),
        ]),
      ),
    );
    await run.start();
    await run.fail(1);
    await run.finish(2, 1, { status: 'deferred', until: millis(run.now + 1_000) });
    await run.signal('stop');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1', 'run-1-2'], steps: [1, 2, 3, 4, 5] },
      { type: 'FlowCompleted' },
    ]);
  });

  it('takes the time of a sleep for the end of a wait', async () => {
    const run = simulate(contest);
    await run.start();
    await run.fire('sleep-3');
    expect(run.decisions.slice(-3)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'ChildrenCancelled', childRunIds: ['run-1-2'] },
      { type: 'FlowCompleted', result: null },
    ]);
  });

  it('fails with a branch that fails first', async () => {
    const run = simulate(contest);
    await run.start();
    await run.fail(1, { disposition: 'terminal', message: 'first and bad' });
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { message: expect.stringContaining('first and bad') },
    });
  });

  it('hears nothing more of those that lost', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        const first = await ctx.race([
          (own) => own.signal('word'),
          async (own) => {
            await own.task(fetchOne, {});
            return own.task(fetchOne, { value: 'more' });
          },
        ]);
        return [first, await ctx.signal('word')];
      }),
    );
    await run.start();
    await run.signal('word', 1);
    expect(await run.succeed(2, {})).toEqual([]);
    await run.signal('word', 2);
    expect(run.decisions.at(-1)).toMatchObject({ result: [1, 2] });
  });

  it('does not let a branch that lost take a signal', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.race<unknown>([(own) => own.signal('word'), (own) => own.task(fetchOne, {})]);
        return ctx.signal('word');
      }),
    );
    await run.start();
    await run.succeed(2, {});
    await run.signal('word', 'mine');
    expect(run.decisions.at(-1)).toMatchObject({ result: 'mine' });
  });

  it('lies inside another: closing the outer closes all of the inner', async () => {
    const run = simulate(
      sample((_input, ctx) =>
        ctx.race<unknown>([
          (outer) => outer.race<unknown>([(own) => own.task(fetchOne, {}), (own) => own.flow(child, {})]),
          (outer) => outer.signal('stop'),
        ]),
      ),
    );
    await run.start();
    await run.signal('stop', 'stopped');
    expect(run.decisions.slice(-3)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'ChildrenCancelled', childRunIds: ['run-1-2'] },
      { type: 'FlowCompleted', result: 'stopped' },
    ]);
  });

  it('hands the win of an inner race to the outer', async () => {
    const run = simulate(
      sample((_input, ctx) =>
        ctx.race<unknown>([
          (outer) => outer.race<unknown>([(own) => own.task(fetchOne, {}), (own) => own.sleep(9)]),
          (outer) => outer.signal('stop'),
        ]),
      ),
    );
    await run.start();
    await run.succeed(1, { value: 'inner' });
    expect(run.decisions.at(-1)).toMatchObject({ result: { value: 'inner' } });
  });

  it('may be over before anything has come', async () => {
    const run = simulate(
      sample((_input, ctx) => ctx.race([async () => 'at once', (own) => own.signal<string>('word')])),
    );
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowCompleted', result: 'at once' });
  });

  it('needs a branch', async () => {
    const run = simulate(sample((_input, ctx) => ctx.race([])));
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/usage' } });
  });

  it('rejects all branches when the run is cancelled', async () => {
    const run = simulate(contest);
    await run.start();
    await run.cancel();
    expect(types(run).at(-1)).toBe('FlowCancelled');
  });

  describe('that a task which can be undone has lost', () => {
    const trip = (end: 'fails' | 'completes') =>
      simulate(
        sample(async (_input, ctx) => {
          await ctx.race<unknown>([
            (own) => own.task(book, { value: 'slow' }, { compensate: unbook }),
            (own) => own.signal('hurry'),
          ]);
          await ctx.task(fetchOne, {});
          if (end === 'fails') throw new Error('broken');
        }),
      );

    it('leaves it to its end, and undoes it should the flow fail (rule 8)', async () => {
      const run = trip('fails');
      await run.start();
      await run.signal('hurry');
      expect(types(run)).not.toContain('TasksCancelled');
      await run.succeed(3, {});
      expect(run.ended).toBe(false);
      await run.succeed(1, { value: 'booked' });
      expect(run.task(4)).toMatchObject({ task: 'unbook', compensates: 1, input: { value: 'booked' } });
    });

    it('undoes it too when it has succeeded before the flow fails', async () => {
      const run = trip('fails');
      await run.start();
      await run.signal('hurry');
      await run.succeed(1, { value: 'booked' });
      await run.succeed(3, {});
      expect(run.task(4)).toMatchObject({ compensates: 1 });
    });

    it('cancels it when the flow completes without it', async () => {
      const run = trip('completes');
      await run.start();
      await run.signal('hurry');
      await run.succeed(3, {});
      expect(run.decisions.slice(-2)).toMatchObject([
        { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
        { type: 'FlowCompleted' },
      ]);
    });
  });
});
