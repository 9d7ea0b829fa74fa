import { describe, expect, it } from '@jest/globals';
import { flowRunId, streamSeq } from '#libs/run-log';
import type { RunHistory } from '#libs/run-log';
import { inRun } from '#libs/run-records/testing';
import { flow, task, type FlowContext, type FlowDefinition } from '../index.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { SimulatedRun } from '../testing/simulated-run.js';
import { forkOf } from './fork-of.js';
import { history, someone, started } from './run-history.fixtures.js';

const work = sampleOperation('work');
const undo = sampleOperation('undo');
const sub = flow({ name: 'sub', description: 'A child.', input: SampleDto }, async () => 'sub');

const defined = (run: (ctx: FlowContext) => Promise<unknown>, over: object = {}): FlowDefinition =>
  flow({ name: 'main', description: 'Under test.', input: SampleDto, ...over }, (_input, ctx) => run(ctx));

function historyOf({ log, runId }: SimulatedRun): RunHistory {
  const events = log.map(({ event, seq, time }) => ({ ...inRun(seq, event, runId), time: time as never }));
  const last = streamSeq(log.at(-1)?.seq ?? 0);
  return { runId, events, last, lastDecision: last };
}

/** Forks a run as it stands, and starts the new one of the same flow. */
async function forked(
  run: SimulatedRun,
  definition: FlowDefinition,
  fromStep?: number,
): Promise<SimulatedRun> {
  const next = new SimulatedRun(definition, flowRunId('run-2'));
  await next.start({}, { fork: forkOf(historyOf(run), someone, fromStep), root: run.runId });
  return next;
}

const taskNames = (run: SimulatedRun): string[] =>
  run.decisions.flatMap((event) => (event.type === 'TaskScheduled' ? [event.task] : []));
const resultOf = (run: SimulatedRun): unknown =>
  run.decisions.flatMap((event) => (event.type === 'FlowCompleted' ? [event.result] : []))[0];
const named = (name: string) => task({ name }, work);

describe('what a restarted run begins with', () => {
  const three = defined(async (ctx) => {
    const a = await ctx.task(named('a'), { value: 'x' });
    const b = await ctx.task(named('a'), { value: 'x' });
    const c = await ctx.task(named('c'), { value: 'x' });
    return [a.value, b.value, c.value];
  });

  async function failedAtThree(): Promise<SimulatedRun> {
    const run = new SimulatedRun(three);
    await run.start();
    await run.succeed(1, { value: 'a' });
    await run.succeed(2, { value: 'b' });
    await run.fail(3, { disposition: 'terminal' });
    expect(run.ended).toBe(true);
    return run;
  }

  it('is every success of the old one, so that only the rest is done', async () => {
    const run = await failedAtThree();
    expect(forkOf(historyOf(run), someone)).toMatchObject({
      from: 'run-1',
      by: someone,
      results: [
        { step: 1, name: 'a', nth: 1, value: { value: 'a' } },
        { step: 2, name: 'a', nth: 2, value: { value: 'b' } },
      ],
    });
    const next = await forked(run, three);
    expect(taskNames(next)).toEqual(['c']);
    await next.succeed(1, { value: 'c' });
    expect(resultOf(next)).toEqual(['a', 'b', 'c']);
  });

  it('is what was done before the step that it is restarted from', async () => {
    const next = await forked(await failedAtThree(), three, 2);
    expect(taskNames(next)).toEqual(['a']);
    expect(next.task(1).idempotencyKey).toMatch(/^run-1\/a\/.*\/2$/);
  });

  it('is nothing where it is restarted from the first step', async () => {
    expect(forkOf(historyOf(await failedAtThree()), someone, 1)).toMatchObject({ step: 1, results: [] });
  });

  it.each([0, 4, 1.5, -1])('refuses step %s of three, and says how many there are', async (step) => {
    const run = await failedAtThree();
    expect(() => forkOf(historyOf(run), someone, step)).toThrow(
      expect.objectContaining({
        code: 'flow/unknown-step',
        message: `run run-1 has no step ${step}; it has taken 3`,
      }),
    );
  });

  it('says so where the run has taken no step', () => {
    expect(() => forkOf(history(...started), someone, 1)).toThrow(
      'run run-1 has taken no step, so it cannot be restarted from step 1',
    );
  });

  it('holds what was slept, told, answered, read and started, once each', async () => {
    const all = defined(async (ctx) => {
      await ctx.sleep(1.5);
      await ctx.sleep(1.5);
      const told = await ctx.signal('go');
      const again = await ctx.signal('go');
      const { approved, by, at, comment } = await ctx.approval('ok?');
      const child = await ctx.flow(sub, { value: 'x' });
      const { runId } = await ctx.startFlow(sub, { value: 'y' });
      const { value } = await ctx.state('mark', 0);
      const stored = await ctx.storedResult('page');
      await ctx.task(named('last'), {});
      return { told, again, approved, by, at: at.getTime(), comment, child, runId, value, stored };
    });
    const run = new SimulatedRun(all);
    await run.start();
    await run.fire('sleep-1');
    await run.fire('sleep-2');
    await run.signal('go', 'first');
    await run.signal('go', 'second');
    await run.approve(5, { comment: 'fine' });
    await run.childEnds(6, { status: 'completed', result: 'sub' });
    await run.value(8, 7);
    await run.value(9);
    await run.fail(10, { disposition: 'terminal' });
    expect(run.ended).toBe(true);

    const next = await forked(run, all);
    expect(taskNames(next)).toEqual(['last']);
    expect(next.decisions.map(({ type }) => type)).toEqual(['FlowStarted', 'TaskScheduled']);
    await next.succeed(1, {});
    const approvedAt = historyOf(run).events.find(({ event }) => event.type === 'ApprovalAnswered')!.time;
    expect(resultOf(next)).toEqual({
      told: 'first',
      again: 'second',
      approved: true,
      by: { userId: 'local', channel: 'api' },
      at: approvedAt,
      comment: 'fine',
      child: 'sub',
      runId: run.decisions.flatMap((e) =>
        e.type === 'ChildScheduled' && e.detached ? [e.childRunId] : [],
      )[0],
      value: 7,
    });
  });

  it('counts asks over the tries of a flow as the engine does', async () => {
    const twice = defined(
      async (ctx) => {
        await ctx.sleep(1);
        if (ctx.attempt === 2) await ctx.sleep(1);
        await ctx.task(named(`try ${ctx.attempt}`.replace(' ', '_')), {});
      },
      { retries: 1 },
    );
    const run = new SimulatedRun(twice);
    await run.start();
    await run.fire('sleep-1');
    await run.fail(2, { disposition: 'terminal' });
    await run.fire('sleep-3');
    await run.fail(4, { disposition: 'terminal' });
    expect(run.ended).toBe(true);
    expect(forkOf(historyOf(run), someone).results).toMatchObject([
      { step: 1, name: 'sleep', key: '1', nth: 1 },
      { step: 3, name: 'sleep', key: '1', nth: 2 },
    ]);
  });

  it('goes on through several forks', async () => {
    const run = await failedAtThree();
    const second = await forked(run, three, 2);
    await second.succeed(1, { value: 'b2' });
    await second.fail(2, { disposition: 'terminal' });
    const third = new SimulatedRun(three, flowRunId('run-3'));
    await third.start({}, { fork: forkOf(historyOf(second), someone), root: run.runId });
    expect(taskNames(third)).toEqual(['c']);
    await third.succeed(1, { value: 'c' });
    expect(resultOf(third)).toEqual(['a', 'b2', 'c']);
  });

  it('leaves out what was undone, and what was done to undo it', async () => {
    const saga = defined(async (ctx) => {
      await ctx.task(named('book'), {}, { compensate: undo });
      await ctx.task(named('look'), {});
      await ctx.task(named('pay'), {});
    });
    const run = new SimulatedRun(saga);
    await run.start();
    await run.succeed(1, {});
    await run.succeed(2, {});
    await run.fail(3, { disposition: 'terminal' });
    await run.succeed(4, {});
    expect(run.ended).toBe(true);
    expect(taskNames(run)).toEqual(['book', 'look', 'pay', 'undo']);
    expect(forkOf(historyOf(run), someone).results.map(({ name }) => name)).toEqual(['look']);
  });

  it('leaves out what a cancelled run did to clean up', async () => {
    const tidy = defined(async (ctx) => {
      try {
        await ctx.task(named('work'), {});
        await ctx.signal('never');
      } finally {
        await ctx.shielded.task(named('tidy'), {});
      }
    });
    const run = new SimulatedRun(tidy);
    await run.start();
    await run.succeed(1, {});
    await run.cancel();
    await run.succeed(3, {});
    expect(run.ended).toBe(true);
    expect(forkOf(historyOf(run), someone).results.map(({ name }) => name)).toEqual(['work']);
  });

  it('keeps a task of which a person has said that it succeeded', async () => {
    const once = defined(async (ctx) => {
      await ctx.task(task({ name: 'send' }, sampleOperation('send', { execution: 'at-most-once' })), {});
      await ctx.task(named('after'), {});
    });
    const run = new SimulatedRun(once);
    await run.start();
    await run.lose(1);
    await run.resume([{ step: 1, as: 'succeeded', result: { value: 'sent' } }]);
    await run.fail(2, { disposition: 'terminal' });
    expect(run.ended).toBe(true);
    expect(forkOf(historyOf(run), someone).results).toMatchObject([
      { name: 'send', value: { value: 'sent' } },
    ]);
  });

  it('does anew, as another piece of work, what was undone', async () => {
    const trip = defined(async (ctx) => {
      await ctx.task(named('book'), {}, { compensate: undo });
      await ctx.task(named('pay'), {});
    });
    const first = new SimulatedRun(trip, flowRunId('first'));
    await first.start();
    await first.succeed(1, {});
    await first.fail(2, { disposition: 'terminal' });
    await first.succeed(3, {});
    const fork = forkOf(historyOf(first), someone);
    expect(fork).toMatchObject({ results: [], undone: [{ name: 'book', nth: 1, by: 'first' }] });

    const second = new SimulatedRun(trip, flowRunId('second'));
    await second.start({}, { fork, root: 'first' });
    expect(second.task(1).idempotencyKey).toBe(
      first.task(1).idempotencyKey.replace('first/', 'first~first/'),
    );
    await second.succeed(1, {});
    expect(second.task(2).idempotencyKey).toBe(first.task(2).idempotencyKey);
  });

  it('leaves out what a fork has undone of what it had taken over', async () => {
    const trip = defined(async (ctx) => {
      await ctx.task(named('book'), {}, { compensate: undo });
      await ctx.task(named('pay'), {});
    });
    const first = new SimulatedRun(trip, flowRunId('first'));
    await first.start();
    await first.succeed(1, {});
    await first.cancel();
    await first.cancel();
    const second = new SimulatedRun(trip, flowRunId('second'));
    await second.start({}, { fork: forkOf(historyOf(first), someone), root: 'first' });
    expect(taskNames(second)).toEqual(['pay']);
    await second.fail(2, { disposition: 'terminal' });
    await second.succeed(3, {});
    expect(second.ended).toBe(true);
    const fork = forkOf(historyOf(second), someone);
    expect(fork).toMatchObject({ results: [], undone: [{ name: 'book', nth: 1, by: 'second' }] });
  });

  it('keeps what could not be undone', async () => {
    const trip = defined(async (ctx) => {
      await ctx.task(named('book'), {}, { compensate: undo });
      throw new Error('no');
    });
    const run = new SimulatedRun(trip);
    await run.start();
    await run.succeed(1, {});
    await run.fail(2, { disposition: 'terminal' });
    expect(forkOf(historyOf(run), someone).results.map(({ name }) => name)).toEqual(['book']);
  });
});
