import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LogUnavailableError, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { RunActor } from './run-actor.js';
import {
  actorOver,
  delivery,
  handle,
  history,
  log,
  logger,
  pause,
  resetActors,
  runId,
  runs,
  someone,
  start,
  successor,
  typesOf,
} from './run-actor.fixtures.js';

beforeEach(resetActors);

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

  it('hands a trigger back when the orchestrator closes meanwhile', async () => {
    await start();
    const message = await delivery(0);
    pause.mockResolvedValue(false);
    jest.spyOn(log, 'decide').mockRejectedValueOnce(new LogUnavailableError('appending decisions'));
    await handle(actorOver(), message);
    expect(message.ack).not.toHaveBeenCalled();
    expect(message.retry).toHaveBeenCalledTimes(1);
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
