import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BodyTooLargeError, LogUnavailableError, streamSeq, UnknownEventError } from '#libs/run-log';
import type { RunEvent } from '#libs/run-log';
import { IdleRuns } from './idle-runs.js';
import { Partition } from './partition.js';
import {
  actorOver,
  delivery,
  environmentOver,
  handle,
  history,
  leftBehind,
  log,
  logger,
  pause,
  registry,
  resetActors,
  runId,
  runs,
  someone,
  start,
  successor,
  taken,
  typesOf,
} from './run-actor.fixtures.js';

beforeEach(resetActors);

describe('a run in an orchestrator’s memory', () => {
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
});
