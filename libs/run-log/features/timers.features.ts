import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../arrivals.fixtures.js';
import { millis } from '../ids.js';
import type { FlowRunId } from '../ids.js';
import type { Delivery, RunLog, Trigger } from '../run-log.js';
import { runIn } from '../run-log.fixtures.js';
import { partitionOf } from '../subjects.js';
import { atBench } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** Timers, which the log itself lets fire. */
export function timerFeatures(makeBench: MakeBench): void {
  describe('timers', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    const triggers = async (): Promise<Arrivals<Delivery<Trigger>>> => {
      const arrivals = new Arrivals<Delivery<Trigger>>();
      await log.orchestrate(partitionOf(runId), (delivery) => {
        delivery.ack();
        arrivals.take(delivery);
      });
      return arrivals;
    };

    it('fires at its time and not before', async () => {
      const arrivals = await triggers();
      const dueAt = millis(bench.now() + 300);
      await log.setTimer(runId, 't1', dueAt);
      await bench.passTime(300);
      const [fired] = await arrivals.reach(1);
      expect(fired?.event).toEqual({ type: 'TimerFired', timerId: 't1' });
      expect(fired?.time).toBeGreaterThanOrEqual(dueAt);
    });

    it('fires at once when its time is past', async () => {
      const arrivals = await triggers();
      await log.setTimer(runId, 't1', millis(bench.now() - 1_000));
      expect((await arrivals.reach(1))[0]?.event).toEqual({ type: 'TimerFired', timerId: 't1' });
    });

    it('is replaced by a later one of the same id, and taken back by id', async () => {
      const arrivals = await triggers();
      const soon = millis(bench.now() + 200);
      await log.setTimer(runId, 'moved', millis(soon - 100));
      await log.setTimer(runId, 'moved', millis(soon + 3_600_000));
      await log.setTimer(runId, 'cleared', millis(soon - 100));
      await log.clearTimers(runId, 'cleared');
      await log.setTimer(runId, 'kept', soon);
      await bench.passTime(300);
      expect((await arrivals.reach(1)).map(({ event }) => event)).toEqual([
        { type: 'TimerFired', timerId: 'kept' },
      ]);
    });

    it('goes with all others of its run, and one that is gone is no error', async () => {
      const arrivals = await triggers();
      const soon = millis(bench.now() + 200);
      await log.setTimer(runId, 't1', millis(soon - 100));
      await log.setTimer(runId, 't2', millis(soon - 50));
      await log.clearTimers(runId);
      await log.clearTimers(runId, 't1');
      const other = runIn(partitionOf(runId));
      await log.setTimer(other, 't3', soon);
      await bench.passTime(300);
      expect((await arrivals.reach(1)).map((delivery) => delivery.runId)).toEqual([other]);
    });

    it('refuses an id that a subject gives a meaning to', async () => {
      await expect(log.setTimer(runId, 'a.b', bench.now())).rejects.toThrow(TypeError);
    });
  });
}
