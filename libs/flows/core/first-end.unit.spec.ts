import { describe, expect, it } from '@jest/globals';
import { millis } from '#libs/run-log';
import { sampleOperation } from '../testing/sample-operations.js';
import type { SimulatedRun } from '../testing/simulated-run.js';
import { sample, simulate } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const store = sampleOperation('store');
const book = sampleOperation('book');
const unbook = sampleOperation('unbook');

const later = (run: SimulatedRun) => ({ status: 'deferred', until: millis(run.now + 1_000) }) as const;

describe('the first terminal event of an attempt (rule 4)', () => {
  /** One of two tasks fails the flow while the other runs, which is tried again after a minute. */
  const again = sample(
    (_input, ctx) => Promise.all([ctx.task(fetchOne, { value: 'slow' }), ctx.task(store, {})]),
    { retries: 1, retryDelaySeconds: 60 },
  );

  async function givenUp(): Promise<SimulatedRun> {
    const run = simulate(again);
    await run.start();
    await run.fail(2, { disposition: 'terminal' });
    expect(run.decisions.at(-2)).toMatchObject({
      type: 'TasksCancelled',
      taskRunIds: ['run-1-1'],
      provisional: ['run-1-1'],
    });
    return run;
  }

  it('is a success that comes after a provisional cancellation: the next try uses it', async () => {
    const run = await givenUp();
    await run.succeed(1, { value: 'done all the same' });
    await run.fire('flow-retry-2');
    await run.succeed(3, { value: 'stored' });
    expect(run.decisions.at(-1)).toMatchObject({
      result: [{ value: 'done all the same' }, { value: 'stored' }],
    });
  });

  it('is the outcome that comes first: a success after it counts for nothing', async () => {
    const run = await givenUp();
    await run.finish(1, 1, { status: 'cancelled' });
    await run.succeed(1, { value: 'too late' });
    await run.fire('flow-retry-2');
    expect(run.task(3)).toMatchObject({ task: 'fetch_one', input: { value: 'slow' } });
  });

  it('is a cancellation that is not provisional, where no other try can use a success', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.race<unknown>([(own) => own.task(fetchOne, {}), (own) => own.signal('hurry')]);
        await ctx.task(fetchOne, {});
      }),
    );
    await run.start();
    await run.signal('hurry');
    const told = run.decisions.find(({ type }) => type === 'TasksCancelled');
    expect(told).toMatchObject({ taskRunIds: ['run-1-1'] });
    expect(told).not.toHaveProperty('provisional');
  });

  it('is no deferral: an attempt that has run in spite of it is not run again', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {})));
    await run.start();
    await run.finish(1, 1, later(run));
    await run.succeed(1, { value: 'run after all' });
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: [], steps: [1] },
      { type: 'FlowCompleted', result: { value: 'run after all' } },
    ]);
  });
});

describe('a task that is deferred', () => {
  it('is cancelled with the run, with all else that is open (rule 7)', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {})));
    await run.start();
    await run.finish(1, 1, later(run));
    await run.cancel();
    expect(run.decisions.slice(-3)).toMatchObject([
      { type: 'FlowCancelling' },
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'FlowCancelled' },
    ]);
  });

  it('is cancelled when its time is over', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {}, { scheduleToCloseSeconds: 40 })));
    await run.start();
    await run.finish(1, 1, later(run));
    await run.fire('close-by-1');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'], steps: [1] },
      { type: 'FlowFailed' },
    ]);
  });

  it('is cancelled where only the engine still waited for it, to undo it if need be', async () => {
    const run = simulate(
      sample((_input, ctx) => Promise.all([ctx.task(book, {}, { compensate: unbook }), ctx.task(store, {})])),
    );
    await run.start();
    await run.fail(2, { disposition: 'terminal' });
    await run.finish(1, 1, later(run));
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'], provisional: ['run-1-1'] },
      { type: 'FlowFailed' },
    ]);
  });
});

describe('what goes on though the run is told to end', () => {
  it('is named by the decision that tells it', async () => {
    const run = simulate(
      sample((_input, ctx) =>
        Promise.all([ctx.signal('a'), ctx.shielded.signal('b'), ctx.shielded.task(store, {})]),
      ),
    );
    await run.start();
    await run.cancel();
    expect(run.decisions.find(({ type }) => type === 'FlowCancelling')).toMatchObject({ spares: [2] });
  });
});

describe('a task of which no outcome has come', () => {
  const booking = sample((_input, ctx) =>
    Promise.all([
      ctx.task(book, { value: 'a' }, { compensate: unbook }),
      ctx.task(book, { value: 'b' }, { compensate: unbook }),
      ctx.task(store, {}),
    ]),
  );

  async function waitedFor(): Promise<SimulatedRun> {
    const run = simulate(booking);
    await run.start();
    await run.fail(3, { disposition: 'terminal' });
    await run.fire('outcome-1');
    return run;
  }

  it('halts the run, which names it, and is undone where a person says that it succeeded', async () => {
    const run = await waitedFor();
    expect(run.decisions.at(-1)).toMatchObject({ type: 'RunHalted', taskRunIds: ['run-1-1'] });
    await run.resume([{ step: 1, as: 'succeeded', result: { value: 'booked' } }]);
    await run.finish(2, 1, { status: 'cancelled' });
    expect(run.task(4)).toMatchObject({ compensates: 1, input: { value: 'booked' } });
  });

  it('is in no doubt where its outcome came before the run went on, be it after the time-out', async () => {
    const run = simulate(
      sample((_input, ctx) =>
        Promise.all([
          ctx.task(book, { value: 'a' }, { compensate: unbook }),
          ctx.task(book, { value: 'b' }, { compensate: unbook }),
          ctx.task(fetchOne, {}),
        ]),
      ),
    );
    await run.start();
    await run.fail(3, { disposition: 'terminal' });
    await run.lose(1);
    await run.fire('outcome-2');
    await run.succeed(2, { value: 'booked' });
    await run.resume([{ step: 1, as: 'failed' }]);
    expect(run.decisions.filter(({ type }) => type === 'RunHalted')).toHaveLength(1);
    expect(run.task(4)).toMatchObject({ compensates: 2, input: { value: 'booked' } });
  });

  it('is asked about only with those that are in doubt: other words are not taken', async () => {
    const run = await waitedFor();
    await run.resume([
      { step: 1, as: 'failed' },
      { step: 2, as: 'failed' },
    ]);
    expect(run.decisions.find(({ type }) => type === 'RunResumed')).toMatchObject({
      resolutions: [{ taskRunId: 'run-1-1', as: 'failed' }],
    });
  });
});
