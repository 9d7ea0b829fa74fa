import { describe, expect, it } from '@jest/globals';
import { task, type TaskOptions } from '../task.js';
import { sampleOperation } from '../testing/sample-operations.js';
import type { SimulatedRun } from '../testing/simulated-run.js';
import { sample, simulate } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');

const withOptions = (options: Omit<TaskOptions, 'name'>) =>
  simulate(
    sample(
      async (input, ctx) =>
        (
          await ctx
            .task(task({ name: 'fetch', ...options }, fetchOne), input)
            .catch((error: Error) => ({ value: `${error.name}: ${error.message}` }))
        ).value,
    ),
  );

const lastDelay = (run: SimulatedRun): number => {
  const last = run.decisions.at(-1);
  return last?.type === 'TimerScheduled' ? last.dueAt - run.now : NaN;
};

describe('the delays between the attempts of a task', () => {
  it('may be listed, and the last holds for the rest', async () => {
    const run = withOptions({ retries: 3, retryDelaySeconds: [1, 5] });
    await run.start();
    const delays: number[] = [];
    for (const attempt of [2, 3, 4]) {
      await run.fail(1);
      delays.push(lastDelay(run));
      await run.fire(`task-retry-1-${attempt}`);
    }
    expect(delays).toEqual([1_000, 5_000, 5_000]);
  });

  it('may be made from the attempt and its error', async () => {
    const run = withOptions({
      retries: 2,
      retryDelaySeconds: (attempt, error) => (error.code === 'test/slow' ? 100 * attempt : attempt),
    });
    await run.start();
    await run.fail(1);
    expect(lastDelay(run)).toBe(1_000);
    await run.fire('task-retry-1-2');
    await run.fail(1, { code: 'test/slow' });
    expect(lastDelay(run)).toBe(200_000);
  });

  it('are never longer than the longest that the task allows', async () => {
    const run = withOptions({ retries: 1, retryDelaySeconds: 500, maxRetryDelaySeconds: 60 });
    await run.start();
    await run.fail(1);
    expect(lastDelay(run)).toBe(60_000);
  });

  it('are stretched by chance up to the jitter, and the same again when the run is read from the log', async () => {
    const run = withOptions({ retries: 1, retryDelaySeconds: 10, retryJitterFactor: 0.5 });
    await run.start();
    await run.fail(1);
    const delay = lastDelay(run);
    expect(delay).toBeGreaterThanOrEqual(10_000);
    expect(delay).toBeLessThanOrEqual(15_000);
    await run.reload(2);
    expect(lastDelay(run)).toBe(delay);
  });

  it('may be nothing: the next attempt is scheduled at once', async () => {
    const run = withOptions({ retries: 1, retryDelaySeconds: () => 0 });
    await run.start();
    expect(await run.fail(1)).toMatchObject([{ type: 'TaskScheduled', attempt: 2 }]);
  });
});

describe('retryOn', () => {
  it('tries again after the errors that it lists only', async () => {
    const run = withOptions({ retries: 5, retryOn: ['test/busy'] });
    await run.start();
    await run.fail(1, { code: 'test/busy' });
    expect(run.task(1).attempt).toBe(2);
    await run.fail(1, { code: 'test/other' });
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowCompleted',
      result: 'TaskFailedError: task fetch (step 1) failed after 2 attempts: it failed',
    });
  });

  it('may pick the errors by a function', async () => {
    const run = withOptions({ retries: 5, retryOn: ({ message }) => message.includes('busy') });
    await run.start();
    await run.fail(1, { message: 'busy now' });
    expect(run.task(1).attempt).toBe(2);
    await run.fail(1);
    expect(run.ended).toBe(true);
  });

  it('does not bring back what the operation calls terminal', async () => {
    const run = withOptions({ retries: 5, retryOn: ['test/failed'] });
    await run.start();
    await run.fail(1, { disposition: 'terminal' });
    expect(run.ended).toBe(true);
  });
});

describe('the time in which a task must be begun', () => {
  const patient = { scheduleToStartSeconds: 30 };

  it('stands in the decision, beside a timer for it', async () => {
    const run = withOptions(patient);
    await run.start();
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TaskScheduled', startBy: run.now + 30_000 },
      { type: 'TimerScheduled', timerId: 'start-by-1-1', kind: 'schedule-to-start', dueAt: run.now + 30_000 },
    ]);
  });

  it('fails the task when nobody has begun it by then', async () => {
    const run = withOptions(patient);
    await run.start();
    await run.fire('start-by-1-1', { unbegun: true });
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      {
        type: 'FlowCompleted',
        result: 'TaskTimedOutError: task fetch (step 1) was not begun within 30 s',
      },
    ]);
  });

  it('changes nothing when somebody has begun it', async () => {
    const run = withOptions(patient);
    await run.start();
    expect(await run.fire('start-by-1-1')).toEqual([]);
    await run.succeed(1, { value: 'in time' });
    expect(run.decisions.at(-1)).toMatchObject({ result: 'in time' });
  });

  it('is given to each attempt anew, and counts as a retry', async () => {
    const run = withOptions({ ...patient, retries: 1, retryDelaySeconds: 10 });
    await run.start();
    await run.fire('start-by-1-1', { unbegun: true });
    await run.fire('task-retry-1-2');
    expect(run.task(1)).toMatchObject({ attempt: 2, startBy: run.now + 30_000 });
    await run.fire('start-by-1-2', { unbegun: true });
    expect(run.ended).toBe(true);
  });

  it('leaves no timer behind once the task has ended', async () => {
    const run = withOptions({ ...patient, retries: 1, retryDelaySeconds: 10 });
    await run.start();
    await run.fail(1);
    expect(run.obsoleteTimers()).toEqual(['start-by-1-1']);
  });

  it('keeps its timer when the same attempt is scheduled again at once', async () => {
    const run = withOptions(patient);
    await run.start();
    await run.finish(1, 1, { status: 'deferred', until: run.now as never });
    expect(run.decisions.at(-1)).toMatchObject({ type: 'TimerScheduled', timerId: 'start-by-1-1' });
    expect(run.obsoleteTimers()).toEqual([]);
  });
});

describe('the time in which a task must be done', () => {
  const bounded = { retries: 9, retryDelaySeconds: 60, scheduleToCloseSeconds: 100 };

  it('ends a task whose attempt runs on', async () => {
    const run = withOptions(bounded);
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({ timerId: 'close-by-1', dueAt: run.now + 100_000 });
    await run.fire('close-by-1');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'] },
      { type: 'FlowCompleted', result: 'TaskTimedOutError: task fetch (step 1) was not done within 100 s' },
    ]);
  });

  it('ends a task that waits for its next attempt, which is not made any more', async () => {
    const run = withOptions(bounded);
    await run.start();
    await run.fail(1);
    await run.fire('close-by-1');
    expect(run.decisions.slice(-2)).toMatchObject([
      { type: 'TasksCancelled', taskRunIds: ['run-1-1'], steps: [1] },
      { type: 'FlowCompleted' },
    ]);
    expect(await run.fire('task-retry-1-2')).toEqual([]);
  });

  it('leaves no timer behind once the task has ended', async () => {
    const run = simulate(
      sample(async (input, ctx) => {
        await ctx.task(task({ name: 'fetch', ...bounded }, fetchOne), input);
        await ctx.sleep(1);
      }),
    );
    await run.start();
    await run.succeed(1, {});
    expect(run.obsoleteTimers()).toEqual(['close-by-1']);
  });

  it('does not end what a person is asked about', async () => {
    const run = withOptions(bounded);
    await run.start();
    await run.lose(1);
    expect(await run.fire('close-by-1')).toEqual([]);
    await run.resume([{ step: 1, as: 'succeeded', result: { value: 'it was' } }]);
    expect(run.decisions.at(-1)).toMatchObject({ result: 'it was' });
  });
});

describe('what a task asks of whoever runs it', () => {
  it('stands in the decision: cache key and expiry, the name of the result, its prints', async () => {
    const run = withOptions({
      cacheKey: ({ userId, startedAt }, input: { value?: string }) =>
        `${userId}/${input.value}/${startedAt.getTime()}`,
      cacheExpirationSeconds: 3_600,
      resultStorageKey: 'fetched_{date}_{input.value}_{flow}_{userId}_{runId}',
      logPrints: true,
    });
    await run.start({ value: 'a' });
    expect(run.task(1)).toMatchObject({
      cache: { key: `local/a/${run.now}`, expirationSeconds: 3_600 },
      resultName: 'fetched_2023-11-14_a_sample_local_run-1',
      logPrints: true,
    });
  });

  it('is nothing where the task asks for nothing', async () => {
    const run = withOptions({});
    await run.start();
    for (const term of ['cache', 'resultName', 'logPrints', 'startBy'])
      expect(run.task(1)).not.toHaveProperty(term);
  });

  it('counts a result from the cache as a success', async () => {
    const run = withOptions({ cacheKey: () => 'same' });
    await run.start();
    await run.finish(1, 1, { status: 'success', result: { value: 'kept' }, cached: true });
    expect(run.decisions.at(-1)).toMatchObject({ result: 'kept' });
  });

  it('names a result by what there is, and says so where there is not', async () => {
    const run = simulate(
      sample((input, ctx) => ctx.task(fetchOne, input, { resultStorageKey: 'of_{input.value}' })),
    );
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: { code: 'flow/usage', message: expect.stringContaining('{input.value} has no value') },
    });
  });
});

describe('options that make no sense', () => {
  it.each<[Partial<TaskOptions>, string]>([
    [{ retries: -1 }, 'retries is -1'],
    [{ retries: 1.5 }, 'expected a whole number'],
    [{ retryDelaySeconds: [1, -1] }, 'retryDelaySeconds is -1'],
    [{ scheduleToStartSeconds: 0 }, 'scheduleToStartSeconds is 0'],
    [{ scheduleToCloseSeconds: NaN }, 'scheduleToCloseSeconds is NaN'],
    [{ cacheExpirationSeconds: 5 }, 'means nothing without a cacheKey'],
  ])('%j are refused where the task is named', (options, sentence) => {
    expect(() => task({ name: 'odd', ...options }, fetchOne)).toThrow(sentence);
  });
});
