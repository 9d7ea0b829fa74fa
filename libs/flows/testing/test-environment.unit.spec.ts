import { afterEach, describe, expect, it } from '@jest/globals';
import { TerminalError } from '#libs/operations';
import { flow, type FlowContext, type FlowDefinition, type FlowHooks, type FlowOptions } from '../index.js';
import { NOT_RUNNING, testEnvironment } from './index.js';
import type { PlayedRun, TestEnvironment, TestEnvironmentOptions } from './index.js';
import { BOTH_WAYS } from './both-ways.js';
import { SampleDto, sampleOperation } from './sample-operations.js';

const fetchOne = sampleOperation('fetch_one');
const store = sampleOperation('store');
const book = sampleOperation('book');
const unbook = sampleOperation('unbook');
const send = sampleOperation('send', { execution: 'at-most-once' });

const YEAR = 365 * 24 * 3_600;

const named = (
  name: string,
  run: (input: SampleDto, ctx: FlowContext) => Promise<unknown>,
  over: Partial<FlowOptions<SampleDto>> & FlowHooks = {},
): FlowDefinition<SampleDto> =>
  flow({ name, description: 'A flow under test.', input: SampleDto, ...over }, run);

describe.each(BOTH_WAYS)('the test environment, %s', (_how, replayAlways) => {
  let env: TestEnvironment | undefined;
  afterEach(async () => {
    await env?.close();
    env = undefined;
  });
  const world = async (options: TestEnvironmentOptions): Promise<TestEnvironment> =>
    (env = await testEnvironment({ replayAlways, ...options }));

  it('runs a flow to its result, with played operations', async () => {
    const two = named('two', async (input, ctx) => ctx.task(store, await ctx.task(fetchOne, input)));
    const { start } = await world({
      flows: [two],
      operations: {
        fetch_one: ({ value }: SampleDto) => ({ value: `${value}!` }),
        store: { value: 'stored' },
      },
    });
    const run = await start(two, { value: 'a' });
    expect(await run.result()).toEqual({ value: 'stored' });
    expect((await run.view()).steps).toMatchObject([
      { name: 'fetch_one', state: 'succeeded' },
      { name: 'store', state: 'succeeded' },
    ]);
  });

  it('lets a sleep of a year pass at once', async () => {
    const sleeper = named('sleeper', async (_input, ctx) => {
      const before = ctx.now().getTime();
      await ctx.sleep(YEAR);
      return (ctx.now().getTime() - before) / 1_000;
    });
    const { start, now } = await world({ flows: [sleeper], startAt: new Date('2030-05-01T00:00:00Z') });
    const run = await start(sleeper);
    expect(await run.result()).toBe(YEAR);
    expect(now().toISOString()).toBe('2031-05-01T00:00:00.000Z');
  });

  it('tries a task again at its time', async () => {
    const times: string[] = [];
    const patient = named('patient', (input, ctx) =>
      ctx.task(fetchOne, input, { retries: 3, retryDelaySeconds: 60, retryBackoffFactor: 2 }),
    );
    const { start, now } = await world({
      flows: [patient],
      operations: {
        fetch_one: (_input: SampleDto, { attempt }: PlayedRun) => {
          times.push(now().toISOString().slice(11, 16));
          if (attempt < 3) throw new Error('not yet');
          return { value: `after ${attempt}` };
        },
      },
    });
    expect(await (await start(patient)).result()).toEqual({ value: 'after 3' });
    expect(times).toEqual(['00:00', '00:01', '00:03']);
  });

  it('fails a run with what its operation threw', async () => {
    const broken = named('broken', (input, ctx) => ctx.task(fetchOne, input));
    const { start } = await world({
      flows: [broken],
      operations: {
        fetch_one: () => {
          throw new TerminalError('test/closed', 'closed for good');
        },
      },
    });
    const run = await start(broken);
    await expect(run.result()).rejects.toMatchObject({ status: 'failed', code: 'test/closed' });
  });

  it('says which operation it was not given', async () => {
    const broken = named('broken', (input, ctx) => ctx.task(fetchOne, input));
    const { start } = await world({ flows: [broken] });
    await expect((await start(broken)).result()).rejects.toThrow('was given no operation fetch_one');
  });

  it('takes signals and answers, and says what a run waits for', async () => {
    const asker = named('asker', async (_input, ctx) => [
      await ctx.signal('word'),
      (await ctx.approval('go on')).by?.userId,
    ]);
    const { start } = await world({ flows: [asker] });
    const run = await start(asker);
    await expect(run.result()).rejects.toThrow('signal word');
    await run.signal('word', 'said');
    await expect(run.result()).rejects.toThrow('approval go on');
    await run.approve('go on', { userId: 'boss' });
    await expect(run.decline('go on')).rejects.toMatchObject({ code: 'flow/run-ended' });
    expect(await run.result()).toEqual(['said', 'boss']);
  });

  it('lets time go on by so much only', async () => {
    const sleeper = named('sleeper', async (_input, ctx) => (await ctx.sleep(100), 'awake'));
    const { start, advance } = await world({ flows: [sleeper] });
    const run = await start(sleeper);
    await advance(99);
    expect((await run.view()).standing).toBe('running');
    await advance(1);
    expect((await run.view()).end).toMatchObject({ status: 'completed', result: 'awake' });
  });

  it('cancels what runs, and lets the flow clean up', async () => {
    let stopped: unknown;
    const cleaning = named('cleaning', async (_input, ctx) => {
      try {
        await ctx.task(fetchOne, {});
      } finally {
        await ctx.shielded.task(store, { value: 'cleaned' });
      }
    });
    const { start } = await world({
      flows: [cleaning],
      operations: {
        store: {},
        fetch_one: (_input: SampleDto, run: PlayedRun) => {
          run.signal.addEventListener('abort', () => (stopped = (run.signal.reason as Error).message));
          return run.untilStopped();
        },
      },
    });
    const run = await start(cleaning);
    await run.cancel('enough');
    expect(await run.end()).toMatchObject({ status: 'cancelled', reason: 'enough' });
    expect(stopped).toContain('enough');
    expect((await run.view()).steps[1]).toMatchObject({ name: 'store', state: 'succeeded' });
  });

  it('pauses and resumes', async () => {
    const two = named('two', async (input, ctx) => (await ctx.signal('go'), ctx.task(fetchOne, input)));
    const { start } = await world({ flows: [two], operations: { fetch_one: {} } });
    const run = await start(two);
    await run.pause('let me see');
    await run.signal('go');
    expect((await run.view()).standing).toBe('paused');
    await run.resume();
    expect(await run.result()).toEqual({});
  });

  it('undoes what was done', async () => {
    const undone: unknown[] = [];
    const trip = named('trip', async (_input, ctx) => {
      await ctx.task(book, { value: 'a' }, { compensate: unbook });
      await ctx.task(book, { value: 'b' }, { compensate: unbook });
      throw new Error('no trip');
    });
    const { start } = await world({
      flows: [trip],
      operations: {
        book: ({ value }: SampleDto) => ({ value: `booked ${value}` }),
        unbook: (input: SampleDto) => {
          undone.push(input.value);
          return {};
        },
      },
    });
    await expect((await start(trip)).result()).rejects.toThrow('no trip');
    expect(undone).toEqual(['booked b', 'booked a']);
  });

  it('runs children, and tells their parents', async () => {
    const child = named('child', async ({ value }, ctx) => (await ctx.sleep(60), `child of ${value}`));
    const parent = named('parent', (_input, ctx) =>
      ctx.map(['a', 'b'], (value) => ctx.flow(child, { value })),
    );
    const { start, run: runOf } = await world({ flows: [parent, child] });
    const run = await start(parent);
    expect(await run.result()).toEqual(['child of a', 'child of b']);
    expect(await runOf(`${run.runId}-1`).result()).toBe('child of a');
  });

  it('keeps state over runs, and gives what was kept by name and in the cache', async () => {
    let fetched = 0;
    const counter = named('counter', async (_input, ctx) => {
      const mark = await ctx.state('mark', 0);
      mark.set(mark.value + 1);
      const known = await ctx.storedResult('latest');
      await ctx.task(
        fetchOne,
        {},
        { cacheKey: () => 'same', cacheExpirationSeconds: 3_600, resultStorageKey: 'latest' },
      );
      return [mark.value, known ?? 'none'];
    });
    const { start, advance } = await world({
      flows: [counter],
      operations: { fetch_one: () => ({ value: `fetched ${++fetched}` }) },
    });
    expect(await (await start(counter)).result()).toEqual([1, 'none']);
    expect(await (await start(counter)).result()).toEqual([2, { value: 'fetched 1' }]);
    await advance(3_601);
    await (await start(counter)).result();
    expect(fetched).toBe(2);
  });

  it('goes on as new, and gives the result of the last run of the chain', async () => {
    const rolling = named('rolling', async ({ value = '' }, ctx) =>
      value.length < 3 ? ctx.continueAsNew({ value: `${value}+` }) : value,
    );
    const { start } = await world({ flows: [rolling] });
    expect(await (await start(rolling)).result()).toBe('+++');
  });

  it('halts where nobody knows, and goes on by a word', async () => {
    const sender = named('sender', (input, ctx) => ctx.task(send, input));
    const { start } = await world({
      flows: [sender],
      operations: { send: (_input: SampleDto, run: PlayedRun) => run.untilStopped() },
    });
    const run = await start(sender, {}, {});
    expect(await run.end()).toMatchObject({ status: 'halted', error: { code: 'flow/ambiguous-outcome' } });
    await run.resume([{ step: 1, as: 'succeeded', result: { value: 'it was sent' } }]);
    expect(await run.result()).toEqual({ value: 'it was sent' });
  });

  it('lets a task wait that no service takes, until its time to be begun is over', async () => {
    const waiting = named('waiting', (input, ctx) =>
      ctx.task(fetchOne, input, { scheduleToStartSeconds: 30 }).catch((error: Error) => error.message),
    );
    const { start } = await world({ flows: [waiting], operations: { fetch_one: NOT_RUNNING } });
    expect(await (await start(waiting)).result()).toContain('not begun within 30 s');
  });

  it('runs out of time by its own clock', async () => {
    const slow = named('slow', (input, ctx) => ctx.task(fetchOne, input, { timeoutSeconds: 5 }));
    const { start } = await world({
      flows: [slow],
      operations: { fetch_one: async (_input: SampleDto, run: PlayedRun) => (await run.sleep(10), {}) },
    });
    await expect((await start(slow)).result()).rejects.toMatchObject({ code: 'operation/timeout' });
  });

  it('restarts a run from a step', async () => {
    let broken = true;
    const two = named('two', async (input, ctx) => ctx.task(store, await ctx.task(fetchOne, input)));
    const seen: string[] = [];
    const { start } = await world({
      flows: [two],
      operations: {
        fetch_one: () => {
          seen.push('fetch_one');
          return { value: 'fetched' };
        },
        store: () => {
          seen.push('store');
          if (broken) throw new TerminalError('test/closed', 'closed');
          return { value: 'stored' };
        },
      },
    });
    const first = await start(two);
    await expect(first.result()).rejects.toMatchObject({ code: 'test/closed' });
    broken = false;
    expect(await (await first.restart({ fromStep: 2 })).result()).toEqual({ value: 'stored' });
    expect(seen).toEqual(['fetch_one', 'store', 'store']);
  });

  it('collects what flows write to their log, once', async () => {
    const talker = named('talker', async (_input, ctx) => {
      ctx.log.info('before');
      await ctx.sleep(1);
      ctx.log.warn('after', { seconds: 1 });
    });
    const { start, lines } = await world({ flows: [talker] });
    await (await start(talker)).result();
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual(['info before', 'warn after']);
  });

  it('refuses what a start refuses', async () => {
    const strict = named('strict', async () => 1);
    const { start } = await world({ flows: [strict] });
    await expect(start(strict, { value: 7 })).rejects.toMatchObject({ code: 'flow/invalid-input' });
    await expect(start('nobody')).rejects.toMatchObject({ code: 'flow/unknown' });
  });
});

describe('replay at every await', () => {
  it('finds a flow out that depends on something outside its history', async () => {
    let memory = 0;
    const leaky = named('leaky', async (_input, ctx) => {
      memory++;
      if (memory > 1) await ctx.task(store, {});
      await ctx.sleep(1);
      return memory;
    });
    const env = await testEnvironment({ flows: [leaky], operations: { store: {} }, replayAlways: true });
    const run = await env.start(leaky);
    expect(await run.end()).toMatchObject({ status: 'halted', error: { code: 'flow/non-determinism' } });
    await env.close();
  });
});
