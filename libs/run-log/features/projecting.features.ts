import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../arrivals.fixtures.js';
import type { FlowRunId } from '../ids.js';
import type { RunLog } from '../run-log.js';
import { callFinished, cancel, scheduled, started, taskOf } from '../run-log.fixtures.js';
import { atBench, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** Batches of a stream for those who keep what they have read. */
export function projectingFeatures(makeBench: MakeBench): void {
  describe('projecting a stream', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('hands everything over once, in order, in batches no larger than asked for', async () => {
      const last = await log.decide(
        runId,
        ZERO,
        Array.from({ length: 25 }, (_, step) => scheduled(step, { runId })),
      );
      const sizes: number[] = [];
      const arrivals = new Arrivals<number>();
      await log.project('audit', 'RUN', 10, async (events) => {
        sizes.push(events.length);
        events.forEach(({ position }) => arrivals.take(position.seq));
      });
      await log.decide(runId, last, [scheduled(25, { runId })]);
      const seqs = await arrivals.reach(26);
      expect([...seqs]).toEqual([...seqs].sort((a, b) => a - b));
      expect(new Set(seqs).size).toBe(26);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    });

    it('takes up where its name left off', async () => {
      const first = new Arrivals<number>();
      const subscription = await log.project('audit', 'RUN', 10, async (events) =>
        events.forEach(({ position }) => first.take(position.seq)),
      );
      const seq = await log.start(runId, started());
      await first.reach(1);
      await subscription.close();
      const second = new Arrivals<number>();
      const next = await log.request(runId, cancel, 'c1');
      await (
        await bench.open()
      ).project('audit', 'RUN', 10, async (events) =>
        events.forEach(({ position }) => second.take(position.seq)),
      );
      await bench.passTime(0);
      expect(await second.reach(1)).toEqual([next.seq]);
      expect(first.all).toEqual([seq]);
    });

    it('hands a batch over again until it is taken', async () => {
      const troubles: string[] = [];
      const careful = await bench.open({ onReaderTrouble: (reader) => troubles.push(reader) });
      const arrivals = new Arrivals<number>();
      await log.start(runId, started());
      await careful.project('audit', 'RUN', 10, async (events) => {
        arrivals.take(events.length);
        if (arrivals.all.length === 1) throw new Error('the database is away');
      });
      await arrivals.reach(1);
      await bench.passTime(100);
      expect(await arrivals.reach(2)).toEqual([1, 1]);
      expect(troubles).toEqual(['projector=audit']);
    });

    it('ends with an error that asks for a person', async () => {
      await log.start(runId, started());
      const reason = Object.assign(new Error('the epoch has changed'), { disposition: 'halt' });
      const subscription = await log.project('audit', 'RUN', 10, () => Promise.reject(reason));
      await expect(subscription.closed).resolves.toBe(reason);
    });

    it('is one reader at a time: a second one of the name waits for the first to close', async () => {
      const first = new Arrivals<number>();
      const second = new Arrivals<number>();
      const other = await bench.open();
      const subscription = await log.project('audit', 'RUN', 1, async (events) =>
        events.forEach(({ position }) => first.take(position.seq)),
      );
      await log.start(runId, started());
      await first.reach(1);
      await other.project('audit', 'RUN', 1, async (events) =>
        events.forEach(({ position }) => second.take(position.seq)),
      );
      await log.request(runId, cancel, 'c1');
      await first.reach(2);
      expect(second.all).toEqual([]);
      await subscription.close();
      const { seq } = await log.request(runId, cancel, 'c2');
      expect(await second.reach(1)).toEqual([seq]);
    });

    it('follows calls and what is to be watched', async () => {
      const calls = new Arrivals<unknown>();
      const lives = new Arrivals<unknown>();
      const call = callFinished(taskOf(runId, 1));
      const live = { type: 'TaskProgressed', taskRunId: taskOf(runId, 1), done: 1, total: 2 } as const;
      await log.project('audit', 'CALLS', 10, async (events) =>
        events.forEach(({ event }) => calls.take(event)),
      );
      await log.project('audit', 'LIVE', 10, async (events) => events.forEach(lives.take));
      await log.call(call);
      log.publishLive(runId, live);
      expect(await calls.reach(1)).toEqual([call]);
      expect(await lives.reach(1)).toMatchObject([{ event: live, runId, position: { stream: 'LIVE' } }]);
    });
  });
}
