import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const unbook = sampleOperation('unbook');

const rolling = sample(async (input, ctx) => {
  await ctx.task(fetchOne, {});
  return ctx.continueAsNew({ value: `${input.value}+` });
});

describe('ctx.continueAsNew', () => {
  it('ends the run and names the one that goes on, with its input', async () => {
    const run = simulate(rolling);
    await run.start({ value: 'a' });
    await run.succeed(1, {});
    expect(run.decisions.at(-1)).toEqual({
      type: 'FlowContinued',
      nextRunId: 'run-1-c2',
      input: { value: 'a+' },
      fedSeq: 4,
    });
    expect(run.ended).toBe(true);
  });

  it.each([
    ['run-1-c2', 'run-1-c3'],
    ['run-1-c10', 'run-1-c11'],
    ['a-c', 'a-c-c2'],
    ['x'.repeat(100), undefined],
  ])('counts its chain: after %s comes %s', async (runId, next) => {
    const run = simulate(rolling, runId as never);
    await run.start({ value: 'a' });
    await run.succeed(1, {});
    const end = run.decisions.at(-1);
    const nextRunId = end?.type === 'FlowContinued' ? end.nextRunId : '';
    if (next) expect(nextRunId).toBe(next);
    expect(nextRunId).toMatch(/^[A-Za-z0-9-]{1,100}$/);
    expect(nextRunId).not.toBe(runId);
  });

  it('hands on the signals that nobody has taken, in the order of their coming', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.signal('taken');
        await ctx.task(fetchOne, {});
        return ctx.continueAsNew({});
      }),
    );
    await run.start();
    await run.signal('left', 1, { id: 'a' });
    await run.signal('taken');
    await run.signal('left', 2);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toMatchObject({
      signals: [
        { name: 'left', payload: 1, id: 'a' },
        { name: 'left', payload: 2 },
      ],
    });
  });

  it('hands on signals that a pause had put aside', async () => {
    const run = simulate(rolling);
    await run.start({ value: 'a' });
    await run.pause();
    await run.succeed(1, {});
    await run.signal('left', 1);
    await run.resume();
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowContinued', signals: [{ payload: 1 }] });
  });

  it('keeps the state that was set', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        (await ctx.state('mark', 0)).set(3);
        return ctx.continueAsNew({});
      }),
    );
    await run.start();
    await run.value(1);
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowContinued', state: { mark: 3 } });
  });

  it('closes what is still open', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        void ctx.task(fetchOne, {});
        return ctx.continueAsNew({});
      }),
    );
    await run.start();
    expect(types(run).slice(-2)).toEqual(['TasksCancelled', 'FlowContinued']);
  });

  it('is refused where there may be something to undo', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, {}, { compensate: unbook });
        return ctx.continueAsNew({});
      }),
    );
    await run.start();
    await run.succeed(1, {});
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'CompensationStarted' },
      { type: 'TaskScheduled' },
    ]);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/usage', message: expect.stringContaining('may have to be undone') },
    });
  });

  it('is allowed where what could be undone has failed', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, {}, { compensate: unbook }).catch(() => undefined);
        return ctx.continueAsNew({});
      }),
    );
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    expect(types(run).at(-1)).toBe('FlowContinued');
  });

  it('is refused while the run is ending', async () => {
    const run = simulate(
      sample((_input, ctx) => ctx.task(fetchOne, {}), {
        onFailure: async (ctx) => void (await ctx.continueAsNew({})),
      }),
    );
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    expect(types(run).at(-1)).toBe('FlowFailed');
    expect(run.lines.at(-1)?.message).toContain('continueAsNew: the run is ending');
  });

  it('must be given what the flow takes, while there is somebody to hear of it', async () => {
    const run = simulate(sample((_input, ctx) => ctx.continueAsNew({ value: 1n })));
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/usage', message: 'continueAsNew: field value: value must be a string' },
    });
  });

  it('decides nothing more, whatever the code still does', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        void ctx.continueAsNew({});
        await ctx.task(fetchOne, {});
      }),
    );
    await run.start();
    expect(types(run)).toEqual(['FlowStarted', 'FlowContinued']);
    expect(await run.cancel()).toEqual([]);
  });
});
