import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../arrivals.fixtures.js';
import type { FlowRunId } from '../ids.js';
import type { RunLog } from '../run-log.js';
import { cancel, freshRun, scheduled, started, taskOf } from '../run-log.fixtures.js';
import { atBench, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** Streams for those who look on and keep nothing. */
export function watchingFeatures(makeBench: MakeBench): void {
  describe('following cancels', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('tells of cancels decided from now on', async () => {
      const decision = {
        type: 'TasksCancelled',
        taskRunIds: [taskOf(runId, 1)],
        reason: 'a race was lost',
      } as const;
      const last = await log.decide(runId, ZERO, [decision]);
      const arrivals = new Arrivals<unknown>();
      await log.watchCancels(({ event }) => arrivals.take(event));
      const later = { ...decision, reason: 'the run is over' };
      await log.decide(runId, last, [scheduled(1, { runId }), later]);
      expect(await arrivals.reach(1)).toEqual([later]);
    });
  });

  describe('watching a stream', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('begins at a sequence, or now, and keeps to one run', async () => {
      const seq = await log.start(runId, started());
      const fromStart = new Arrivals<number>();
      const fromNow = new Arrivals<number>();
      const ofOther = new Arrivals<number>();
      const other = freshRun();
      await log.watch('RUN', { fromSeq: seq, runId }, ({ position }) => fromStart.take(position.seq));
      await log.watch('RUN', { runId }, ({ position }) => fromNow.take(position.seq));
      await log.watch('RUN', { runId: other }, ({ position }) => ofOther.take(position.seq));
      const elsewhere = await log.start(other, started());
      const { seq: next } = await log.request(runId, cancel, 'c1');
      expect(await fromStart.reach(2)).toEqual([seq, next]);
      expect(await fromNow.reach(1)).toEqual([next]);
      expect(await ofOther.reach(1)).toEqual([elsewhere]);
    });

    it('outlives a handler that throws', async () => {
      const troubles: string[] = [];
      const careful = await bench.open({ onReaderTrouble: (reader) => troubles.push(reader) });
      const arrivals = new Arrivals<string>();
      await careful.watch('RUN', { runId }, ({ event }) => {
        arrivals.take(event.type);
        if (event.type === 'StartRequested') throw new Error('a bug');
      });
      await log.start(runId, started());
      await log.request(runId, cancel, 'c1');
      expect(await arrivals.reach(2)).toEqual(['StartRequested', 'CancelRequested']);
      expect(troubles).toEqual(['viewer']);
    });
  });
}
