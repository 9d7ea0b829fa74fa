import { describe, expect, it } from '@jest/globals';
import type { ApprovalOptions } from '../context.js';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const asking = (options?: ApprovalOptions) =>
  simulate(
    sample(async (_input, ctx) => {
      const answer = await ctx.approval('send it', { what: 'a letter' }, options);
      await ctx.task(fetchOne, {});
      return answer;
    }),
  );

describe('ctx.approval', () => {
  it('says in the log what is to be approved', async () => {
    const run = asking();
    await run.start();
    expect(run.decisions.at(-1)).toEqual({
      type: 'ApprovalRequested',
      step: 1,
      name: 'send it',
      payload: { what: 'a letter' },
    });
  });

  it.each([
    ['approve', true],
    ['decline', false],
  ] as const)('gives who answered, when and what: %s', async (verb, approved) => {
    const run = asking();
    await run.start();
    run.at(run.now + 5_000);
    await run[verb](1, {
      by: { userId: 'someone', channel: 'cli' },
      comment: 'so be it',
      payload: { copies: 2 },
    });
    const at = new Date(run.now).toISOString();
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toMatchObject({
      result: {
        approved,
        by: { userId: 'someone', channel: 'cli' },
        at,
        comment: 'so be it',
        payload: { copies: 2 },
      },
    });
  });

  it('counts the first answer only', async () => {
    const run = asking();
    await run.start();
    await run.approve(1);
    expect(await run.decline(1)).toEqual([]);
    expect(await run.approve(1)).toEqual([]);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toMatchObject({ result: { approved: true } });
  });

  it('does not heed an answer to a step that is no approval', async () => {
    const run = asking();
    await run.start();
    expect(await run.approve(7)).toEqual([]);
    await run.approve(1);
    expect(await run.approve(2)).toEqual([]);
  });

  it('heeds those only who may answer', async () => {
    const run = asking({ approvers: ['boss'] });
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({ approvers: ['boss'] });
    expect(await run.approve(1, { by: { userId: 'clerk', channel: 'api' } })).toEqual([]);
    expect(await run.approve(1, { by: { userId: 'boss', channel: 'api' } })).toHaveLength(1);
  });

  it.each([
    ['approved', true],
    ['declined', false],
  ] as const)('takes for %s what nobody has answered by the deadline', async (otherwise, approved) => {
    const run = asking({ deadlineSeconds: 3_600, otherwise });
    await run.start();
    expect(run.decisions.slice(-2)).toMatchObject([
      {
        type: 'TimerScheduled',
        timerId: 'approval-1',
        kind: 'approval-deadline',
        dueAt: run.now + 3_600_000,
      },
      { type: 'ApprovalRequested', dueAt: run.now + 3_600_000, otherwise },
    ]);
    await run.fire('approval-1');
    expect(await run.approve(1)).toEqual([]);
    await run.succeed(2, {});
    expect(run.decisions.at(-1)).toMatchObject({ result: { approved, by: null } });
  });

  it('fails at the deadline where nothing holds by itself', async () => {
    const run = asking({ deadlineSeconds: 60 });
    await run.start();
    await run.fire('approval-1');
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/approval-expired', message: 'approval send it was not answered within 60 s' },
    });
  });

  it('drops its deadline once it is answered', async () => {
    const run = asking({ deadlineSeconds: 60 });
    await run.start();
    await run.approve(1);
    expect(run.obsoleteTimers()).toEqual(['approval-1']);
    expect(await run.fire('approval-1')).toEqual([]);
  });

  it('refuses a deadline that makes no sense, and what cannot be shown', async () => {
    const odd = asking({ deadlineSeconds: -5 });
    await odd.start();
    expect(odd.decisions.at(-1)).toMatchObject({ type: 'FlowFailed', error: { code: 'flow/usage' } });

    const run = simulate(sample((_input, ctx) => ctx.approval('odd', () => 1)));
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/not-serialisable', message: expect.stringContaining('what approval odd shows') },
    });
  });

  it('is not asked for again when the flow is tried again', async () => {
    const run = simulate(
      sample(async (_input, ctx) => [(await ctx.approval('once')).approved, await ctx.task(fetchOne, {})], {
        retries: 1,
      }),
    );
    await run.start();
    await run.approve(1);
    await run.fail(2, { disposition: 'terminal' });
    await run.succeed(3, {});
    expect(run.decisions.at(-1)).toMatchObject({ result: [true, {}] });
  });
});
