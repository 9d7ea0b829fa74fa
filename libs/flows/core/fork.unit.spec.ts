import { describe, expect, it } from '@jest/globals';
import { flowRunId, streamSeq, type Fork, type KeptResult } from '#libs/run-log';
import { contentKey } from './hash.js';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const store = sampleOperation('store');
const unbook = sampleOperation('unbook');
const child = sample(async () => 1, { name: 'child' });

const kept = (name: string, key: string, value: unknown, nth = 1): KeptResult => ({
  step: 1,
  name,
  key,
  nth,
  value,
});
const forked = (...results: KeptResult[]) => {
  const fork: Fork = { from: flowRunId('run-0'), uptoSeq: streamSeq(99), results };
  return { root: 'run-0', fork };
};

describe('a run that is forked from another (rules 5 and 6)', () => {
  const two = sample(async (input, ctx) => {
    const first = await ctx.task(fetchOne, input);
    return ctx.task(store, first);
  });

  it('does not do again what it was given the results of', async () => {
    const run = simulate(two, flowRunId('run-9'));
    await run.start({ value: 'a' }, forked(kept('fetch_one', contentKey({ value: 'a' }), { value: 'b' })));
    expect(run.decisions).toMatchObject([
      { type: 'FlowStarted' },
      { type: 'TaskScheduled', task: 'store', step: 1, taskRunId: 'run-9-1', input: { value: 'b' } },
    ]);
  });

  it('keeps the idempotency keys of the run that it comes from (rule 4)', async () => {
    const original = simulate(two, flowRunId('run-0'));
    await original.start({ value: 'a' });
    await original.succeed(1, { value: 'b' });
    const fork = simulate(two, flowRunId('run-9'));
    await fork.start({ value: 'a' }, forked(kept('fetch_one', contentKey({ value: 'a' }), { value: 'b' })));
    expect(fork.task(1).idempotencyKey).toBe(original.task(2).idempotencyKey);
  });

  it('does again what differs in input, key or count', async () => {
    const run = simulate(
      sample(async (_input, ctx) =>
        Promise.all([
          ctx.task(fetchOne, { value: 'a' }),
          ctx.task(fetchOne, { value: 'a' }),
          ctx.task(fetchOne, { value: 'b' }),
          ctx.task(fetchOne, { value: 'a' }, { key: 'named' }),
        ]),
      ),
    );
    await run.start({}, forked(kept('fetch_one', contentKey({ value: 'a' }), 1)));
    expect(
      run.decisions.filter((event) => event.type === 'TaskScheduled').map(({ reuseKey }) => reuseKey),
    ).toEqual([contentKey({ value: 'a' }), contentKey({ value: 'b' }), 'named']);
  });

  it('takes over children, sleeps, signals, approvals and values too', async () => {
    const run = simulate(
      sample(async (_input, ctx) => [
        await ctx.flow(child, {}),
        await ctx.sleep(60),
        await ctx.signal('word'),
        (await ctx.approval('yes')).approved,
        (await ctx.state('mark', 0)).value,
      ]),
    );
    await run.start(
      {},
      forked(
        kept('flow:child', contentKey({}), 'of the child'),
        kept('sleep', '60', null),
        kept('signal:word', '', 'heard'),
        kept('approval:yes', '', { approved: true, by: null, at: 1 }),
        kept('state:mark', '', { found: true, value: 7 }),
      ),
    );
    expect(run.decisions.slice(1)).toEqual([
      { type: 'FlowCompleted', result: ['of the child', null, 'heard', true, 7] },
    ]);
  });

  it('undoes what the other run has done, should it fail', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, { value: 'a' }, { compensate: unbook });
        await ctx.task(store, {});
      }),
    );
    await run.start({}, forked(kept('fetch_one', contentKey({ value: 'a' }), { value: 'booked' })));
    const { step } = run.task(2);
    await run.fail(step, { disposition: 'terminal' });
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'CompensationStarted', steps: [1] },
      { type: 'TaskScheduled', task: 'unbook', compensates: 1, input: { value: 'booked' } },
    ]);
    await run.succeed(3, {});
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('undoes it once, however often the flow is tried', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) => {
          await ctx.task(fetchOne, { value: 'a' }, { compensate: unbook });
          await ctx.task(store, {});
        },
        { retries: 2 },
      ),
    );
    await run.start({}, forked(kept('fetch_one', contentKey({ value: 'a' }), { value: 'booked' })));
    for (const step of [2, 3, 4]) await run.fail(step, { disposition: 'terminal' });
    expect(run.decisions.find((event) => event.type === 'CompensationStarted')).toMatchObject({ steps: [1] });
    await run.succeed(5, {});
    expect(types(run).at(-1)).toBe('FlowFailed');
  });

  it('offers what it has taken over to every try of the flow', async () => {
    const run = simulate(
      sample(async (input, ctx) => [await ctx.task(fetchOne, input), await ctx.task(store, {})], {
        retries: 1,
      }),
    );
    await run.start({ value: 'a' }, forked(kept('fetch_one', contentKey({ value: 'a' }), 'old')));
    await run.fail(1, { disposition: 'terminal' });
    await run.succeed(2, 'new');
    expect(run.decisions.at(-1)).toMatchObject({ result: ['old', 'new'] });
  });
});
