import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const send = sampleOperation('send', { execution: 'at-most-once' });
const fetchOne = sampleOperation('fetch_one');

const sender = sample((_input, ctx) =>
  ctx
    .task(send, { value: 'mail' })
    .catch((error: Error & { code: string }) => `${error.code}: ${error.message}`),
);

describe('a task of which nobody knows whether it took effect (rule 14)', () => {
  it('halts the run, and the log says which and why', async () => {
    const run = simulate(sender);
    await run.start();
    expect(await run.lose(1, 'claimed and never heard of again')).toMatchObject([
      {
        type: 'RunHalted',
        reason: 'ambiguous',
        taskRunIds: ['run-1-1'],
        error: {
          code: 'flow/ambiguous-outcome',
          message: 'task send (step 1): claimed and never heard of again',
          disposition: 'halt',
        },
      },
    ]);
    expect(run.held).toBe(true);
  });

  it('has succeeded when a person says so, with the result that the person gives', async () => {
    const run = simulate(sender);
    await run.start();
    await run.lose(1);
    await run.resume([{ step: 1, as: 'succeeded', result: { value: 'sent' } }]);
    expect(run.decisions.slice(-2)).toEqual([
      {
        type: 'RunResumed',
        actor: { userId: 'local', channel: 'api' },
        after: 'ambiguous',
        resolutions: [{ taskRunId: 'run-1-1', as: 'succeeded', result: { value: 'sent' } }],
      },
      { type: 'FlowCompleted', result: { value: 'sent' } },
    ]);
  });

  it('has failed when a person says so', async () => {
    const run = simulate(sender);
    await run.start();
    await run.lose(1);
    await run.resume([{ step: 1, as: 'failed', message: 'the post office says no' }]);
    expect(run.decisions.at(-1)).toMatchObject({
      result: 'flow/resolved-as-failed: task send (step 1) failed after 1 attempt: the post office says no',
    });
  });

  it('is tried again when a person says so, with the same idempotency key', async () => {
    const run = simulate(sender);
    await run.start();
    const { idempotencyKey } = run.task(1);
    await run.lose(1);
    await run.resume([{ step: 1, as: 'retry' }]);
    expect(run.task(1)).toMatchObject({ attempt: 2, taskRunId: 'run-1-1', idempotencyKey });
    await run.succeed(1, { value: 'sent' });
    expect(run.ended).toBe(true);
  });

  it('stays in question where the person has said nothing of it', async () => {
    const run = simulate(sender);
    await run.start();
    await run.lose(1);
    expect(await run.resume()).toEqual([]);
    expect(await run.resume([{ step: 7, as: 'failed' }])).toEqual([]);
    expect(run.held).toBe(true);
  });

  it('may be asked about again after another try', async () => {
    const run = simulate(sender);
    await run.start();
    await run.lose(1);
    await run.resume([{ step: 1, as: 'retry' }]);
    await run.lose(1, 'again');
    expect(types(run).filter((type) => type === 'RunHalted')).toHaveLength(2);
    await run.resume([{ step: 1, as: 'succeeded', result: 1 }]);
    expect(run.ended).toBe(true);
  });

  it('is not ended by an outcome that comes after all', async () => {
    const run = simulate(sender);
    await run.start();
    await run.lose(1);
    expect(await run.succeed(1, { value: 'late' })).toEqual([]);
    await run.resume([{ step: 1, as: 'succeeded', result: 'by word' }]);
    expect(run.decisions.at(-1)).toMatchObject({ result: 'by word' });
  });

  it('may be put aside by a cancel, which needs no word on it', async () => {
    const run = simulate(sender);
    await run.start();
    await run.lose(1);
    await run.cancel();
    expect(types(run).slice(-2)).toEqual(['FlowCancelling', 'FlowCancelled']);
  });
});

describe('what comes while a run waits for a word', () => {
  const three = sample((_input, ctx) =>
    Promise.all([ctx.task(send, { value: 'a' }), ctx.task(send, { value: 'b' }), ctx.task(fetchOne, {})]),
  );

  it('is fed afterwards, in order', async () => {
    const run = simulate(three);
    await run.start();
    await run.lose(1);
    expect(await run.succeed(3, 3)).toEqual([]);
    expect(await run.succeed(2, 2)).toEqual([]);
    await run.resume([{ step: 1, as: 'succeeded', result: 1 }]);
    expect(run.decisions.at(-1)).toMatchObject({ result: [1, 2, 3] });
  });

  it('may be another such task, which is asked about in its turn', async () => {
    const run = simulate(three);
    await run.start();
    await run.lose(1);
    await run.lose(2);
    expect(await run.resume([{ step: 1, as: 'succeeded', result: 1 }])).toMatchObject([
      { type: 'RunResumed' },
      { type: 'RunHalted', error: { message: expect.stringContaining('step 2') } },
    ]);
    await run.resume([{ step: 2, as: 'succeeded', result: 2 }]);
    await run.succeed(3, 3);
    expect(run.decisions.at(-1)).toMatchObject({ result: [1, 2, 3] });
  });

  it('may be answered together with the first', async () => {
    const run = simulate(three);
    await run.start();
    await run.lose(1);
    await run.lose(2);
    const said = await run.resume([
      { step: 2, as: 'succeeded', result: 2 },
      { step: 1, as: 'succeeded', result: 1 },
    ]);
    expect(said).toMatchObject([{ type: 'RunResumed' }]);
    await run.succeed(3, 3);
    expect(run.decisions.at(-1)).toMatchObject({ result: [1, 2, 3] });
  });

  it('is no pause: the run is halted already', async () => {
    const run = simulate(three);
    await run.start();
    await run.lose(1);
    expect(await run.pause()).toEqual([]);
    await run.resume([{ step: 1, as: 'succeeded', result: 1 }]);
    expect(run.held).toBe(false);
  });
});

describe('a task of unknown outcome that its flow has given up', () => {
  it('is asked about before the flow is tried again, and not done twice', async () => {
    const run = simulate(
      sample((_input, ctx) => Promise.all([ctx.task(send, {}), ctx.task(fetchOne, {})]), { retries: 1 }),
    );
    await run.start();
    await run.fail(2, { disposition: 'terminal' });
    await run.lose(1);
    expect(types(run).at(-1)).toBe('RunHalted');
    await run.resume([{ step: 1, as: 'succeeded', result: 'sent' }]);
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'FlowRetried' },
      { type: 'TaskScheduled', task: 'fetch_one', step: 3 },
    ]);
    await run.succeed(3, 'fetched');
    expect(run.decisions.at(-1)).toMatchObject({ result: ['sent', 'fetched'] });
  });
});

describe('a task that may take effect only once (rule 14)', () => {
  const again = (body: Parameters<typeof sample>[0]) => simulate(sample(body, { retries: 1 }));
  const sent = (run: ReturnType<typeof simulate>) =>
    run.decisions.filter((event) => event.type === 'TaskScheduled' && event.task === 'send');

  it('is not begun again by another try of the flow before it is known what became of it: it ran out of time', async () => {
    const run = again((_input, ctx) => ctx.task(send, {}, { scheduleToCloseSeconds: 10 }));
    await run.start();
    await run.fire('close-by-1');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'TimerScheduled', timerId: 'outcome-1' },
    ]);
    await run.succeed(1, { value: 'sent' });
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowCompleted', result: { value: 'sent' } });
    expect(sent(run)).toHaveLength(1);
  });

  it('is not begun again by another try of the flow before it is known what became of it: it lost a race', async () => {
    const run = again(async (_input, ctx) => {
      const first = await ctx.race<unknown>([(own) => own.task(send, {}), (own) => own.sleep(1)]);
      if (first === undefined || first === null) throw new Error('too slow');
      return first;
    });
    await run.start();
    await run.fire('sleep-2');
    expect(types(run)).not.toContain('FlowRetried');
    await run.succeed(1, { value: 'sent' });
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowCompleted', result: { value: 'sent' } });
    expect(sent(run)).toHaveLength(1);
  });

  it('is asked about only where the answer is needed', async () => {
    const run = again(async (_input, ctx) => {
      await ctx.race<unknown>([(own) => own.task(send, {}), (own) => own.sleep(1)]);
      await ctx.task(fetchOne, {});
    });
    await run.start();
    await run.fire('sleep-2');
    expect(await run.lose(1)).toEqual([]);
    await run.fail(3, { disposition: 'terminal' });
    expect(types(run).at(-1)).toBe('RunHalted');
    await run.resume([{ step: 1, as: 'succeeded', result: { value: 'sent' } }]);
    expect(types(run).slice(-2)).toEqual(['FlowRetried', 'TaskScheduled']);
    await run.succeed(4, {});
    expect(types(run).at(-1)).toBe('FlowCompleted');
  });
});
