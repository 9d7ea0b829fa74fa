import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const child = sample(async () => ({ value: 'of the child' }), { name: 'child' });

describe('a child flow', () => {
  const parent = sample((input, ctx) => ctx.flow(child, input, { tags: ['small'] }));

  it('is started under an id that follows from parent and step', async () => {
    const run = simulate(parent);
    await run.start({ value: 'a' });
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'ChildScheduled',
      step: 1,
      childRunId: 'run-1-1',
      flow: 'child',
      input: { value: 'a' },
      tags: ['small'],
      detached: false,
    });
  });

  it('gives its result to the parent', async () => {
    const run = simulate(parent);
    await run.start();
    await run.childEnds(1, { status: 'completed', result: { value: 'b' } });
    expect(run.decisions.at(-1)).toEqual({ type: 'FlowCompleted', result: { value: 'b' } });
  });

  it('is heard of once, and only under its own id', async () => {
    const run = simulate(
      sample(async (input, ctx) => [await ctx.flow(child, input), await ctx.task(fetchOne, {})]),
    );
    await run.start();
    const end = { status: 'completed', result: 1 } as const;
    expect(await run.feed({ type: 'ChildFinished', step: 1, childRunId: 'other' as never, end })).toEqual([]);
    await run.childEnds(1, end);
    expect(await run.childEnds(1, { status: 'completed', result: 2 })).toEqual([]);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toMatchObject({ result: [1, {}] });
  });

  it('fails its parent with its own error', async () => {
    const run = simulate(parent);
    await run.start();
    await run.childEnds(1, {
      status: 'failed',
      error: { code: 'test/broken', message: 'it broke', disposition: 'terminal' },
    });
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'test/broken', message: 'child flow child (run run-1-1) failed: it broke' },
    });
  });

  it('that was cancelled by itself fails its parent, which may catch that', async () => {
    const run = simulate(
      sample((input, ctx) => ctx.flow(child, input).catch((error: { code: string }) => error.code)),
    );
    await run.start();
    await run.childEnds(1, { status: 'cancelled', reason: 'enough' });
    expect(run.decisions.at(-1)).toMatchObject({ result: 'flow/child-cancelled' });
  });

  it('is cancelled with its parent', async () => {
    const run = simulate(parent);
    await run.start();
    await run.cancel('enough');
    expect(run.decisions.slice(-3)).toMatchObject([
      { type: 'FlowCancelling' },
      { type: 'ChildrenCancelled', childRunIds: ['run-1-1'] },
      { type: 'FlowCancelled', reason: 'enough' },
    ]);
  });

  it('is cancelled when its parent ends without it', async () => {
    const run = simulate(
      sample(async (input, ctx) => {
        void ctx.flow(child, input);
        return 'done';
      }),
    );
    await run.start();
    expect(types(run).slice(-3)).toEqual(['ChildScheduled', 'ChildrenCancelled', 'FlowCompleted']);
  });

  it('must be given JSON', async () => {
    const run = simulate(sample((_input, ctx) => ctx.flow(child, { value: 1n } as never)));
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/not-serialisable', message: expect.stringContaining('the input of flow child') },
    });
  });

  it('is run anew, under another id but with the same root, when the parent is tried again', async () => {
    const run = simulate(sample((input, ctx) => ctx.flow(child, input), { retries: 1 }));
    await run.start();
    const error = { code: 'test/broken', message: 'it broke', disposition: 'terminal' } as const;
    await run.childEnds(1, { status: 'failed', error });
    const started = run.decisions.filter((event) => event.type === 'ChildScheduled');
    expect(started.map(({ childRunId }) => childRunId)).toEqual(['run-1-1', 'run-1-2']);
    expect(new Set(started.map(({ root }) => root)).size).toBe(1);
  });

  it('that has succeeded is not run again when the parent is tried again', async () => {
    const run = simulate(
      sample(async (input, ctx) => [await ctx.flow(child, input), await ctx.task(fetchOne, {})], {
        retries: 1,
      }),
    );
    await run.start();
    await run.childEnds(1, { status: 'completed', result: 'once' });
    await run.fail(2, { disposition: 'terminal' });
    await run.succeed(3, {});
    expect(run.decisions.at(-1)).toMatchObject({ result: ['once', {}] });
    expect(types(run).filter((type) => type === 'ChildScheduled')).toHaveLength(1);
  });

  it('keeps an id that fits a subject however deep it lies', async () => {
    const long = 'a'.repeat(99);
    const run = simulate(
      sample((input, ctx) => ctx.flow(child, input)),
      long as never,
    );
    await run.start();
    const [scheduled] = run.decisions.filter((event) => event.type === 'ChildScheduled');
    expect(scheduled?.childRunId).toMatch(/^[a-z0-9-]{1,100}$/);
  });
});

describe('a detached flow', () => {
  const starter = sample(async (input, ctx) => {
    const { runId } = await ctx.startFlow(child, input);
    await ctx.sleep(1);
    return runId;
  });

  it('is started without waiting for it', async () => {
    const run = simulate(starter);
    await run.start();
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'ChildScheduled', detached: true, childRunId: 'run-1-1' },
      { type: 'TimerScheduled' },
    ]);
    await run.fire('sleep-2');
    expect(run.decisions.at(-1)).toMatchObject({ result: 'run-1-1' });
  });

  it('goes on when the one that started it is cancelled', async () => {
    const run = simulate(starter);
    await run.start();
    await run.cancel();
    expect(types(run)).not.toContain('ChildrenCancelled');
  });
});
