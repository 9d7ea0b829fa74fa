import { randomUUID } from 'node:crypto';
import { IsOptional, IsString } from 'class-validator';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  createMemoryRunLog,
  flowRunId,
  BodyTooLargeError,
  LogUnavailableError,
  millis,
  streamSeq,
  taskRunId,
  UnknownEventError,
  type MemoryRunLog,
} from '#libs/run-log';
import type { Delivery, RunEvent, Trigger } from '#libs/run-log';
import { memoryBuckets } from '#libs/key-values';
import { flow } from '../flow.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { UNPARKER } from '../core/index.js';
import { ActivationGate } from './activation-gate.js';
import { Effects } from './effects.js';
import { keptValues } from './kept-values.js';
import { IdleRuns } from './idle-runs.js';
import { Partition } from './partition.js';
import { FlowRegistry } from './registry.js';
import { RunActor, type ActorEnvironment } from './run-actor.js';

class OtherDto {
  @IsString() surname: string;
}

class NamedDto {
  @IsString() name: string;
  @IsString() @IsOptional() title = 'no title';
}

const runId = flowRunId('run-1');
const successor = flowRunId('run-2');
const someone = { userId: 'local', channel: 'cli' } as const;
const runs = jest.fn();
/** What a flow does outside its activation. */
let leftBehind: () => unknown;
const registry = new FlowRegistry([
  flow(
    { name: 'nap_then_work', description: 'A flow under test.', input: SampleDto },
    async (_input, ctx) => {
      runs();
      await ctx.sleep(60);
      return ctx.task(sampleOperation('echo'), { value: 'x' });
    },
  ),
  flow({ name: 'hears_thrice', description: 'A flow under test.', input: SampleDto }, async (_input, ctx) => {
    for (let at = 0; at < 3; at++) await ctx.signal('go', { timeoutSeconds: 3_600 });
  }),
  flow(
    { name: 'gives_up_many', description: 'A flow under test.', input: SampleDto },
    async (_input, ctx) => {
      await ctx.race([
        (own) => own.signal('go'),
        (own) => Promise.all([1, 2, 3, 4].map((hours) => own.sleep(hours * 3_600))),
      ]);
      await ctx.signal('never');
    },
  ),
  flow({ name: 'leaves_work', description: 'A flow under test.', input: SampleDto }, async (_input, ctx) => {
    leftBehind = () => ctx.sleep(1);
    await ctx.signal('never');
  }),
]);
const parking = {
  park: jest.fn(async (_flow: string, _version: string, _runId: string) => undefined),
  unpark: jest.fn(async (_flow: string, _version: string, _runId: string) => undefined),
};
const logger = { warn: jest.fn(), error: jest.fn() };

let log: MemoryRunLog;
let taken: Map<number, number>;
let pause: jest.Mock<(ms: number) => Promise<boolean>>;

beforeEach(() => {
  log = createMemoryRunLog();
  taken = new Map();
  pause = jest.fn(async () => true);
  jest.clearAllMocks();
});

const environmentOver = (over: MemoryRunLog = log, known = registry): ActorEnvironment => ({
  log: over,
  registry: known,
  gate: new ActivationGate(),
  effects: new Effects(over, known, keptValues(memoryBuckets(), over)),
  parking,
  logger,
  idleMs: 30_000,
  replayAlways: false,
  self: randomUUID(),
  pause,
});

const actorOver = (
  over: MemoryRunLog = log,
  known = registry,
  of = runId,
  env = environmentOver(over, known),
): RunActor =>
  new RunActor(of, env, {
    takenBefore: (seq) => taken.get(seq) ?? 0,
    settled: () => undefined,
    idle: () => undefined,
    left: () => undefined,
  });

const start = (flowName = 'nap_then_work', input: object = {}) =>
  log.start(runId, {
    type: 'StartRequested',
    flow: flowName,
    input,
    inputHash: '',
    actor: { userId: 'local', channel: 'nats' },
    flags: {},
    tags: [],
  });

const history = async (): Promise<RunEvent[]> => (await log.readRun(runId)).events.map(({ event }) => event);
/** What the run's log holds, but for the marks of triggers that were begun again. */
const typesOf = async (): Promise<string[]> =>
  (await history()).map(({ type }) => type).filter((type) => type !== 'TaskClaimed');

/** The delivery of the run's n-th message, as the broker would hand it over. */
async function delivery(index: number, over: Partial<Delivery<Trigger>> = {}) {
  const stored = (await log.readRun(runId)).events[index]!;
  const ack = jest.fn();
  const retry = jest.fn();
  return {
    ...stored,
    event: stored.event as Trigger,
    deliveries: 1,
    deliverySeq: 1,
    olderThanReader: false,
    ack,
    retry,
    working: jest.fn(),
    ...over,
  };
}

async function handle(actor: RunActor, message: Delivery<Trigger>): Promise<void> {
  actor.push(message);
  await actor.settled();
}

describe('a run in an orchestrator’s memory', () => {
  it('acks a trigger only after its decisions are stored and their timers set (rule 1)', async () => {
    await start();
    const steps: string[] = [];
    const decide = jest.spyOn(log, 'decide');
    const setTimer = jest.spyOn(log, 'setTimer').mockImplementation(async () => void steps.push('timer'));
    const message = await delivery(0, { ack: () => void steps.push('ack') });
    await handle(actorOver(), message);
    expect(decide).toHaveBeenCalledTimes(1);
    expect(steps).toEqual(['timer', 'ack']);
    expect(setTimer).toHaveBeenCalledWith(runId, 'sleep-1', expect.any(Number), expect.anything());
  });

  it('sets the timers of earlier decisions again when it is loaded (rule 1)', async () => {
    await start();
    await handle(actorOver(), await delivery(0));
    const setTimer = jest.spyOn(log, 'setTimer');
    await handle(actorOver(), await delivery(0, { deliveries: 2 }));
    expect(setTimer).toHaveBeenCalledWith(runId, 'sleep-1', expect.any(Number), expect.anything());
    expect(await typesOf()).toEqual(['StartRequested', 'FlowStarted', 'TimerScheduled']);
  });

  /** Sends the signal that lets the flow under test go on, and hands it over. */
  async function hear(actor: RunActor, id: string) {
    await log.request(runId, { type: 'SignalSent', actor: someone, name: 'go', payload: null, id }, id);
    const { events } = await log.readRun(runId);
    const message = await delivery(events.length - 1);
    await handle(actor, message);
    return message;
  }

  it('neither sets nor takes back at a load the timers that it waits for no more', async () => {
    await start('hears_thrice');
    const actor = actorOver();
    await handle(actor, await delivery(0));
    await hear(actor, 'first');
    await hear(actor, 'second');
    const setTimer = jest.spyOn(log, 'setTimer');
    const clearTimers = jest.spyOn(log, 'clearTimers');
    await log.request(runId, { type: 'PauseRequested', actor: someone }, 'pause');
    const { events } = await log.readRun(runId);
    await handle(actorOver(), await delivery(events.length - 1));
    expect(await typesOf()).toContain('RunPaused');
    expect(setTimer.mock.calls.map(([, timerId]) => timerId)).toEqual(['signal-3']);
    expect(clearTimers).not.toHaveBeenCalled();
  });

  it('takes the timers back which a redelivered trigger has made useless', async () => {
    await start('hears_thrice');
    const actor = actorOver();
    await handle(actor, await delivery(0));
    const first = await hear(actor, 'first');
    const clearTimers = jest.spyOn(log, 'clearTimers');
    await handle(actorOver(), { ...first, deliveries: 2 });
    expect(clearTimers.mock.calls).toEqual([[runId, 'signal-1']]);
  });

  it('takes back at once all timers that it has no use for any more, not one after the other', async () => {
    await start('gives_up_many');
    const actor = actorOver();
    await handle(actor, await delivery(0));
    let asked!: () => void;
    const allAsked = new Promise<void>((resolve) => (asked = resolve));
    let asks = 0;
    jest.spyOn(log, 'clearTimers').mockImplementation(() => {
      if (++asks === 4) asked();
      return allAsked;
    });
    const message = await hear(actor, 'go');
    expect(message.ack).toHaveBeenCalledTimes(1);
    expect(asks).toBe(4);
  });

  it('acks what lies at or below its high-water mark without feeding it (rule 3)', async () => {
    await start();
    const actor = actorOver();
    await handle(actor, await delivery(0));
    const again = await delivery(0);
    await handle(actor, again);
    expect(again.ack).toHaveBeenCalledTimes(1);
    expect(runs).toHaveBeenCalledTimes(1);
  });

  it('appends what a crash cut off its decisions (rule 2)', async () => {
    await start();
    await log.decide(runId, 0 as never, [
      { type: 'FlowStarted', flow: 'nap_then_work', version: '1', tags: [] },
    ]);
    await handle(actorOver(), await delivery(0, { deliveries: 2 }));
    expect(await typesOf()).toEqual(['StartRequested', 'FlowStarted', 'TimerScheduled']);
  });

  it('ignores a timer that fires a second time (rule 1)', async () => {
    await start();
    const actor = actorOver();
    await handle(actor, await delivery(0));
    for (const id of ['first', 'second'])
      await log.request(runId, { type: 'TimerFired', timerId: 'sleep-1' }, id);
    const { events } = await log.readRun(runId);
    for (const index of events.keys())
      if (events[index]!.event.type === 'TimerFired') await handle(actor, await delivery(index));
    expect((await typesOf()).filter((type) => type === 'TaskScheduled')).toHaveLength(1);
  });

  /** A process that begins the first trigger at this hand-out, and dies before it has decided anything. */
  async function dieAt(deliveries: number): Promise<void> {
    const begun = jest.spyOn(log, 'decide').mockReturnValue(new Promise<never>(() => undefined));
    const process = actorOver();
    process.push(await delivery(0, { deliveries }));
    while (begun.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    begun.mockRestore();
  }

  it('halts a run whose trigger three processes began and none lived to finish (rule 9)', async () => {
    await start();
    await dieAt(2);
    await dieAt(3);
    runs.mockClear();
    const next = await delivery(0, { deliveries: 4 });
    await handle(actorOver(), next);
    expect(runs).not.toHaveBeenCalled();
    expect((await history()).at(-1)).toMatchObject({ type: 'RunHalted', reason: 'poison' });
    expect(next.ack).toHaveBeenCalledTimes(1);
  });

  it('does not halt a run that has decided something since (rule 9)', async () => {
    await start();
    await dieAt(2);
    await dieAt(3);
    const begun = { type: 'FlowStarted', flow: 'nap_then_work', version: '1', tags: [] } as const;
    await log.decide(runId, 0 as never, [begun]);
    await handle(actorOver(), await delivery(0, { deliveries: 4 }));
    expect((await history()).at(-1)).toMatchObject({ type: 'TimerScheduled' });
  });

  it('does not take a hand-back for a death: handed out often, never begun (rule 9)', async () => {
    await start();
    await handle(actorOver(), await delivery(0, { deliveries: 7 }));
    expect(runs).toHaveBeenCalledTimes(1);
    expect((await history()).at(-1)).toMatchObject({ type: 'TimerScheduled' });
  });

  it('does not take its own earlier tries for deaths (rule 9)', async () => {
    await start();
    const third = await delivery(0, { deliveries: 3 });
    taken.set(third.position.seq, 2);
    const claim = jest.spyOn(log, 'claim');
    await handle(actorOver(), third);
    expect(runs).toHaveBeenCalledTimes(1);
    expect(claim).not.toHaveBeenCalled();
  });

  it('does not take its own marks for deaths, however late it settles (rule 9)', async () => {
    await start();
    await handle(actorOver(), await delivery(0));
    const env = environmentOver();
    // Each had been handed out again before the ack of the one before was there.
    for (let deliveries = 2; deliveries <= 6; deliveries++)
      await handle(actorOver(log, registry, runId, env), await delivery(0, { deliveries }));
    expect(await typesOf()).toEqual(['StartRequested', 'FlowStarted', 'TimerScheduled']);
  });

  const haltIt = () =>
    log.decide(runId, 0 as never, [
      { type: 'RunHalted', reason: 'error', error: { code: 'test', message: 'stop', disposition: 'halt' } },
    ]);

  it('feeds a halted run nothing more', async () => {
    await start();
    await haltIt();
    await log.request(runId, { type: 'TimerFired', timerId: 'sleep-1' }, 'late');
    const late = await delivery(2);
    await handle(actorOver(), late);
    expect(late.ack).toHaveBeenCalledTimes(1);
    expect(runs).not.toHaveBeenCalled();
  });

  it('ends a halted run that is cancelled, without asking its code', async () => {
    await start();
    await haltIt();
    await log.request(
      runId,
      { type: 'CancelRequested', actor: { userId: 'local', channel: 'api' }, reason: 'enough' },
      'c',
    );
    await handle(actorOver(), await delivery(2));
    expect((await history()).at(-1)).toMatchObject({ type: 'FlowCancelled', reason: 'enough' });
    expect(runs).not.toHaveBeenCalled();
  });

  it('keeps a trigger in hand while the log does not answer, and goes on when it does', async () => {
    await start();
    const message = await delivery(0);
    jest.spyOn(log, 'decide').mockRejectedValueOnce(new LogUnavailableError('appending decisions'));
    await handle(actorOver(), message);
    expect(pause).toHaveBeenCalledTimes(1);
    expect(message.working).toHaveBeenCalledTimes(1);
    expect(message.retry).not.toHaveBeenCalled();
    expect(message.ack).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('run run-1 waits'),
      expect.objectContaining({ flowRunId: 'run-1' }),
    );
    expect(await typesOf()).toEqual(['StartRequested', 'FlowStarted', 'TimerScheduled']);
  });

  it('is halted for what its code did outside an activation, though the log does not answer at first', async () => {
    await start('leaves_work');
    await handle(actorOver(), await delivery(0));
    const told = new Promise<void>((resolve) =>
      logger.warn.mockImplementation((message) => {
        if (String(message).includes('is halted')) resolve();
      }),
    );
    jest.spyOn(log, 'readRun').mockRejectedValueOnce(new LogUnavailableError('reading run run-1'));
    expect(() => leftBehind()).toThrow('outside an activation');
    await told;
    expect(pause).toHaveBeenCalledTimes(1);
    expect((await history()).at(-1)).toMatchObject({ type: 'RunHalted', reason: 'foreign-promise' });
  });

  it('hands a trigger back when the orchestrator closes meanwhile', async () => {
    await start();
    const message = await delivery(0);
    pause.mockResolvedValue(false);
    jest.spyOn(log, 'decide').mockRejectedValueOnce(new LogUnavailableError('appending decisions'));
    await handle(actorOver(), message);
    expect(message.ack).not.toHaveBeenCalled();
    expect(message.retry).toHaveBeenCalledTimes(1);
  });

  it('halts on what no further try would mend', async () => {
    await start();
    const message = await delivery(0);
    jest
      .spyOn(log, 'decide')
      .mockRejectedValueOnce(new BodyTooLargeError('FlowCompleted', 50_000_000, 33_554_432));
    await handle(actorOver(), message);
    expect((await history()).at(-1)).toMatchObject({
      type: 'RunHalted',
      reason: 'error',
      error: { code: 'run-log/body-too-large', disposition: 'halt' },
    });
    expect(message.ack).toHaveBeenCalledTimes(1);
  });

  it('parks a run whose version it lacks, once, and lets go of its triggers (rule 11)', async () => {
    await start('of_another_build');
    for (const deliveries of [1, 2]) {
      const message = await delivery(0, { deliveries });
      await handle(actorOver(), message);
      expect(message.ack).toHaveBeenCalledTimes(1);
      expect(parking.park).toHaveBeenLastCalledWith('of_another_build', 'unknown', runId);
    }
    expect(await typesOf()).toEqual(['StartRequested', 'RunParked']);
  });

  it('hears what lets a halted run go on, be it behind something else in the same queue', async () => {
    await start();
    await log.decide(runId, streamSeq(0), [
      { type: 'FlowStarted', flow: 'nap_then_work', version: '1', tags: [] },
      { type: 'RunHalted', reason: 'error', error: { code: 'x', message: 'x', disposition: 'halt' } },
    ]);
    await log.request(runId, { type: 'TimerFired', timerId: 'stray' }, 'stray');
    await log.request(runId, { type: 'ResumeRequested', actor: someone }, 'resume');
    const actor = actorOver();
    const [stray, resume] = [await delivery(3), await delivery(4)];
    actor.push(stray);
    actor.push(resume);
    await actor.settled();
    expect(stray.ack).toHaveBeenCalledTimes(1);
    expect(await typesOf()).toEqual(expect.arrayContaining(['RunResumed', 'TimerScheduled']));
  });

  it('hands on to a successor all that comes in one queue', async () => {
    await start();
    await log.decide(runId, streamSeq(0), [
      { type: 'FlowStarted', flow: 'nap_then_work', version: '1', tags: [] },
      { type: 'FlowContinued', nextRunId: successor, input: {}, fedSeq: streamSeq(1) },
    ]);
    const actor = actorOver();
    for (const [nth, name] of ['a', 'b'].entries()) {
      await log.request(runId, { type: 'SignalSent', actor: someone, name, payload: nth }, name);
      actor.push(await delivery(3 + nth));
    }
    await actor.settled();
    const heard = (await log.readRun(successor)).events.map(({ event }) => event);
    expect(heard.flatMap((event) => (event.type === 'SignalSent' ? [event.name] : []))).toEqual(['a', 'b']);
  });

  it('begins a detached child though a crash came between the end of its parent and that (rule 1)', async () => {
    await start();
    await log.decide(runId, streamSeq(0), [
      { type: 'FlowStarted', flow: 'nap_then_work', version: '1', tags: [] },
      {
        type: 'ChildScheduled',
        step: 1,
        flow: 'nap_then_work',
        childRunId: successor,
        input: {},
        tags: [],
        detached: true,
        reuseKey: '',
        root: 'run-1',
      },
      { type: 'FlowCompleted', result: null },
    ]);
    await handle(actorOver(), await delivery(0, { deliveries: 2 }));
    expect((await log.readRun(successor)).events[0]?.event).toMatchObject({ type: 'StartRequested' });
  });

  describe('whose start this build cannot read', () => {
    const error = new UnknownEventError('StartRequested', 2, 1);
    const problem = (of: RunEvent['type']) => ({
      reader: 'orchestrator-1',
      subject: 'a subject',
      position: { stream: 'RUN', epoch: 'memory', seq: streamSeq(1) },
      runId,
      isStart: of === 'StartRequested',
      error: of === 'StartRequested' ? error : new UnknownEventError(of, 2, 1),
    });
    const partition = () => new Partition(environmentOver(), new Map(), new IdleRuns(10), () => 0);
    /** What an older build sees of the run. */
    const unreadByThisBuild = () => {
      const read = log.readRun.bind(log);
      return jest.spyOn(log, 'readRun').mockImplementation(async (id) => {
        const { events, ...rest } = await read(id);
        return {
          ...rest,
          events: events.filter(({ event }) => event.type !== 'StartRequested'),
          unreadable: error,
        };
      });
    };

    it('is halted for everybody to see', async () => {
      await start();
      const older = unreadByThisBuild();
      for (let times = 0; times < 2; times++) await partition().takeUnreadable(problem('StartRequested'));
      older.mockRestore();
      expect(await typesOf()).toEqual(['StartRequested', 'RunHalted']);
      expect((await history()).at(-1)).toMatchObject({
        reason: 'unknown-event',
        error: { code: 'run-log/unknown-event', message: error.message },
      });
    });

    it('is halted at the next thing that is said to it, where the one before had no time to', async () => {
      await start();
      const older = unreadByThisBuild();
      await log.request(runId, { type: 'CancelRequested', actor: someone, by: successor }, 'cancel');
      const cancel = {
        ...(await delivery(0)),
        position: { stream: 'RUN', epoch: 'memory', seq: streamSeq(2) },
      };
      await handle(actorOver(), cancel);
      older.mockRestore();
      expect(await typesOf()).toEqual(['StartRequested', 'CancelRequested', 'RunHalted']);
    });

    it('goes on from its start once it is resumed where a build can read it', async () => {
      await start();
      const older = unreadByThisBuild();
      await partition().takeUnreadable(problem('StartRequested'));
      older.mockRestore();
      await log.request(runId, { type: 'ResumeRequested', actor: someone }, 'resume');
      await handle(actorOver(), await delivery(2));
      expect(await typesOf()).toEqual([
        'StartRequested',
        'RunHalted',
        'ResumeRequested',
        'RunResumed',
        'FlowStarted',
        'TimerScheduled',
      ]);
    });

    it('is not made up where it is something else that was said to a run which there is not', async () => {
      await partition().takeUnreadable(problem('SignalSent'));
      expect(await history()).toEqual([]);
    });
  });

  describe('whose child another orchestrator may know', () => {
    const child = flow(
      { name: 'a_child', description: 'A flow under test.', input: NamedDto },
      async ({ name, title }) => `${name} (${title})`,
    );
    const parent = flow(
      { name: 'a_parent', description: 'A flow under test.', input: SampleDto },
      (input, ctx) => ctx.flow(child, (input.value === 'bad' ? {} : { name: 'Ada' }) as NamedDto),
    );
    const older = new FlowRegistry([parent]);
    const newer = new FlowRegistry([parent, child]);
    const childId = flowRunId('run-1-1');
    const ofChild = async (): Promise<RunEvent[]> =>
      (await log.readRun(childId)).events.map(({ event }) => event);
    const handOver = async (index: number, known: FlowRegistry) => {
      const stored = (await log.readRun(childId)).events[index]!;
      await handle(actorOver(log, known, childId), {
        ...(await delivery(0)),
        ...stored,
        event: stored.event as Trigger,
      });
    };
    /** Lets an orchestrator that does not know the child begin it, and one that does take it up. */
    async function takenUp(input: object): Promise<void> {
      await start('a_parent', input);
      await handle(actorOver(log, older), await delivery(0));
      await handOver(0, older);
      await log.request(childId, { type: 'ResumeRequested', actor: UNPARKER }, 'unpark');
      await handOver(2, newer);
    }

    it('begins it all the same, and parks it; nothing is told to the parent', async () => {
      await start('a_parent');
      await handle(actorOver(log, older), await delivery(0));
      expect(await typesOf()).toEqual(['StartRequested', 'FlowStarted', 'ChildScheduled']);
      await handOver(0, older);
      expect(await ofChild()).toMatchObject([
        { type: 'StartRequested', flow: 'a_child', unchecked: true, parent: { runId, step: 1 } },
        { type: 'RunParked', flow: 'a_child', version: 'unknown' },
      ]);
      expect(parking.park).toHaveBeenLastCalledWith('a_child', 'unknown', childId);
    });

    it('takes it up where the flow is known, with the input as the flow declares it', async () => {
      await takenUp({});
      expect((await ofChild()).at(-1)).toMatchObject({ type: 'FlowCompleted', result: 'Ada (no title)' });
      expect(parking.unpark).toHaveBeenCalledWith('a_child', 'unknown', childId);
      expect((await history()).at(-1)).toMatchObject({ type: 'ChildFinished', end: { status: 'completed' } });
    });

    it('knows it for good by its own name where it was asked for by an alias', async () => {
      const renamed = flow(
        { name: 'new_name', aliases: ['a_child'], description: 'A flow under test.', input: NamedDto },
        async ({ name }, ctx) => `${name} hears ${JSON.stringify(await ctx.signal('go'))}`,
      );
      const latest = new FlowRegistry([parent, renamed]);
      await start('a_parent');
      await handle(actorOver(log, older), await delivery(0));
      await handOver(0, latest);
      await log.request(childId, { type: 'SignalSent', actor: someone, name: 'go', payload: 7 }, 'go');
      await handOver((await ofChild()).length - 1, latest);
      expect((await ofChild()).at(-1)).toMatchObject({ type: 'FlowCompleted', result: 'Ada hears 7' });
    });

    it('is told nothing of a child that goes on though a newer build would refuse its input', async () => {
      const stricter = new FlowRegistry([
        parent,
        flow({ name: 'a_child', version: '2', description: 'x', input: OtherDto }, async () => 1),
      ]);
      await start('a_parent');
      await handle(actorOver(log, newer), await delivery(0));
      await handle(actorOver(log, stricter), await delivery(0, { deliveries: 2 }));
      expect(await typesOf()).toEqual(['StartRequested', 'FlowStarted', 'ChildScheduled']);
    });

    it('fails it with the fields where its input is refused then, and tells the parent', async () => {
      await takenUp({ value: 'bad' });
      const refusal = { code: 'flow/invalid-input', fields: [{ field: 'name' }] };
      expect((await ofChild()).at(-1)).toMatchObject({ type: 'FlowFailed', error: refusal });
      expect((await history()).at(-1)).toMatchObject({
        type: 'ChildFinished',
        end: { status: 'failed', error: refusal },
      });
    });
  });

  describe('that was parked after it had begun', () => {
    const version = new FlowRegistry([
      flow(
        { name: 'nap_then_work', description: 'A flow under test.', input: SampleDto },
        async (_input, ctx) => {
          try {
            await ctx.sleep(60);
          } finally {
            await ctx.shielded.task(sampleOperation('echo'), { value: 'tidy' });
          }
        },
      ),
    ]);
    const without = new FlowRegistry([]);
    const told = async (event: RunEvent & Trigger, known: FlowRegistry): Promise<void> => {
      await log.request(runId, event as Parameters<MemoryRunLog['request']>[1], `word-${words++}`);
      await handle(actorOver(log, known), await delivery((await history()).length - 1));
    };
    const cancel = { type: 'CancelRequested', actor: someone } as const;
    let words = 0;

    beforeEach(async () => {
      await start();
      await handle(actorOver(log, version), await delivery(0));
    });

    it('is no longer said to be parked once it is taken up, and cleans up when it is cancelled then', async () => {
      await told({ type: 'SignalSent', actor: someone, name: 'x', payload: 1 }, without);
      expect((await typesOf()).at(-1)).toBe('RunParked');
      await told({ type: 'ResumeRequested', actor: UNPARKER }, version);
      expect((await history()).at(-1)).toEqual({ type: 'RunResumed', actor: UNPARKER, after: 'halt' });
      await told(cancel, version);
      expect(await typesOf()).toEqual(expect.arrayContaining(['FlowCancelling', 'TaskScheduled']));
      expect(await typesOf()).not.toContain('FlowCancelled');
    });

    it('cleans up where the cancel itself finds its version again', async () => {
      await told({ type: 'SignalSent', actor: someone, name: 'x', payload: 1 }, without);
      await told(cancel, version);
      expect(await typesOf()).toEqual(expect.arrayContaining(['RunResumed', 'FlowCancelling']));
      expect(await typesOf()).not.toContain('FlowCancelled');
    });

    it('is not ended by a parent that says again what it was told before', async () => {
      const byParent = { ...cancel, by: flowRunId('parent') };
      await told(byParent, version);
      await told({ type: 'SignalSent', actor: someone, name: 'x', payload: 1 }, without);
      expect((await typesOf()).at(-1)).toBe('RunParked');
      await told(byParent, without);
      expect(await typesOf()).not.toContain('FlowCancelled');
      await told(cancel, without);
      expect((await typesOf()).at(-1)).toBe('FlowCancelled');
    });
  });

  it('hands a cancel on only once its successor has begun', async () => {
    await start();
    await log.decide(runId, streamSeq(0), [
      { type: 'FlowStarted', flow: 'nap_then_work', version: '1', tags: [] },
      { type: 'FlowContinued', nextRunId: successor, input: {}, fedSeq: streamSeq(1) },
    ]);
    await log.request(runId, { type: 'CancelRequested', actor: someone }, 'cancel');
    await handle(actorOver(), await delivery(3));
    const types = (await log.readRun(successor)).events.map(({ event }) => event.type);
    expect(types).toEqual(['StartRequested', 'CancelRequested']);
  });

  it('notes no longer that a run waits for its version once it is cancelled', async () => {
    await start('of_another_build');
    await handle(actorOver(), await delivery(0));
    await log.request(
      runId,
      { type: 'CancelRequested', actor: { userId: 'local', channel: 'cli' } },
      'cancel',
    );
    await handle(actorOver(), await delivery(2));
    expect((await typesOf()).at(-1)).toBe('FlowCancelled');
    expect(parking.unpark).toHaveBeenCalledWith('of_another_build', 'unknown', runId);
  });

  it('is not let go on by the arrival of its version where it was halted since, and the note goes', async () => {
    await start();
    await log.decide(runId, streamSeq(0), [
      { type: 'FlowStarted', flow: 'nap_then_work', version: '1', tags: [] },
      {
        type: 'RunHalted',
        reason: 'non-determinism',
        error: { code: 'x', message: 'x', disposition: 'halt' },
      },
    ]);
    await log.request(runId, { type: 'ResumeRequested', actor: UNPARKER }, 'unpark-1');
    const before = (await typesOf()).length;
    const message = await delivery(before - 1);
    await handle(actorOver(), message);
    expect(message.ack).toHaveBeenCalledTimes(1);
    expect(await typesOf()).toHaveLength(before);
    expect(parking.unpark).toHaveBeenCalledWith(expect.any(String), '1', runId);
  });

  it('deletes what was said to a run that was never started, and nothing that came after (rule 10)', async () => {
    await log.request(runId, { type: 'TimerFired', timerId: 'sleep-1' }, 'stray');
    const stray = await delivery(0);
    await handle(actorOver(), stray);
    expect(stray.ack).toHaveBeenCalledTimes(1);
    expect(await history()).toEqual([]);
    await start();
    await log.discard(runId, stray.position.seq);
    expect(await typesOf()).toEqual(['StartRequested']);
  });

  it('does not stop a neighbour: an outcome for nobody is acked and changes nothing', async () => {
    await start();
    const actor = actorOver();
    await handle(actor, await delivery(0));
    await log.outcome(runId, {
      type: 'TaskFinished',
      taskRunId: taskRunId('run-1-9'),
      attempt: 1,
      operation: 'echo',
      startedAt: millis(0),
      finishedAt: millis(0),
      deliveries: 1,
      by: 'spec',
      outcome: { status: 'success', result: {} },
    });
    const stray = await delivery(3);
    await handle(actor, stray);
    expect(stray.ack).toHaveBeenCalledTimes(1);
    expect(await typesOf()).toEqual(['StartRequested', 'FlowStarted', 'TimerScheduled', 'TaskFinished']);
  });
});
