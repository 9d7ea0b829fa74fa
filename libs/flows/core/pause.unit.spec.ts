import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { UNPARKER } from './unparking.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');

const pair = sample(async (_input, ctx) => {
  const order: string[] = [];
  const noted = (name: string) => () => void order.push(name);
  await Promise.all([
    ctx.task(fetchOne, { value: 'a' }).then(noted('a')),
    ctx.task(fetchOne, { value: 'b' }).then(noted('b')),
    ctx.signal('word').then(noted('word')),
  ]);
  return [...order, ctx.now().getTime()];
});

describe('a run that is paused', () => {
  it('says who paused it and why, and decides nothing until it is resumed', async () => {
    const run = simulate(pair);
    await run.start();
    await run.pause('let me look');
    expect(run.decisions.at(-1)).toEqual({
      type: 'RunPaused',
      actor: { userId: 'local', channel: 'api' },
      reason: 'let me look',
    });
    expect(await run.succeed(1, {})).toEqual([]);
    expect(await run.succeed(2, {})).toEqual([]);
    expect(await run.signal('word')).toEqual([]);
    expect(run.held).toBe(true);
  });

  it('is not ended by what asks parked runs to go on', async () => {
    const run = simulate(pair);
    await run.start();
    await run.pause();
    expect(await run.feed({ type: 'ResumeRequested', actor: UNPARKER })).toEqual([]);
    expect(run.held).toBe(true);
  });

  it('is fed what was put aside in the order of its coming, at the time of the resumption (rule 2)', async () => {
    const run = simulate(pair);
    await run.start();
    await run.pause();
    await run.signal('word');
    await run.succeed(2, {});
    await run.succeed(1, {});
    run.at(run.now + 60_000);
    await run.resume();
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'RunResumed', after: 'pause' },
      { type: 'FlowCompleted', result: ['word', 'b', 'a', run.now] },
    ]);
  });

  it('goes on step by step: what one leads to comes before the next is fed', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        const late = ctx.signal('word', { timeoutSeconds: 5 }).catch(() => 'none');
        await ctx.task(fetchOne, {});
        return [await late, await ctx.race([(own) => own.signal('word'), (own) => own.sleep(1)])];
      }),
    );
    await run.start();
    await run.pause();
    await run.succeed(2, {});
    await run.fire('signal-1');
    await run.signal('word', 'mine');
    await run.resume();
    expect(run.decisions.at(-1)).toMatchObject({ result: ['none', 'mine'] });
  });

  it('stays paused when it is paused again, and takes one resumption', async () => {
    const run = simulate(pair);
    await run.start();
    await run.pause();
    expect(await run.pause()).toEqual([]);
    await run.resume();
    expect(await run.resume()).toEqual([]);
    expect(types(run).filter((type) => type === 'RunPaused' || type === 'RunResumed')).toEqual([
      'RunPaused',
      'RunResumed',
    ]);
  });

  it('may be paused again while it has put things aside', async () => {
    const run = simulate(pair);
    await run.start();
    await run.pause();
    await run.succeed(1, {});
    await run.resume();
    await run.pause();
    await run.succeed(2, {});
    await run.signal('word');
    expect(run.ended).toBe(false);
    await run.resume();
    expect(run.decisions.at(-1)).toMatchObject({ result: ['a', 'b', 'word', run.now] });
  });

  it('is cancelled at once, and what was put aside comes too late', async () => {
    const run = simulate(pair);
    await run.start();
    await run.pause();
    await run.succeed(1, { value: 'late' });
    await run.cancel();
    expect(run.decisions.slice(-3)).toMatchObject([
      { type: 'FlowCancelling', cause: 'cancel' },
      { type: 'TasksCancelled', taskRunIds: ['run-1-1', 'run-1-2'] },
      { type: 'FlowCancelled' },
    ]);
  });

  it('does not time out before it is resumed', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {}), { timeoutSeconds: 10 }));
    await run.start();
    await run.pause();
    expect(await run.fire('flow-timeout')).toEqual([]);
    await run.resume();
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/timeout' } });
  });

  it('that is being cancelled is not paused any more', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, {}).catch(() => ctx.shielded.task(fetchOne, { value: 'clean up' }));
      }),
    );
    await run.start();
    await run.cancel();
    expect(await run.pause()).toEqual([]);
  });

  it('may be resumed without having been paused, which changes nothing', async () => {
    const run = simulate(pair);
    await run.start();
    expect(await run.resume()).toEqual([]);
  });
});
