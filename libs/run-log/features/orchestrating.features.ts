import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../arrivals.fixtures.js';
import type { FlowRunId } from '../ids.js';
import type { Delivery, RunLog, Trigger } from '../run-log.js';
import {
  cancel,
  claimed,
  finished,
  flowStarted,
  runIn,
  scheduled,
  started,
  taskOf,
} from '../run-log.fixtures.js';
import { partitionOf } from '../subjects.js';
import { atBench, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** Triggers as they come to the one who decides for a partition. */
export function orchestratingFeatures(makeBench: MakeBench): void {
  describe('orchestrating a partition', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('hands over requests and outcomes of its partition in stream order', async () => {
      const partition = partitionOf(runId);
      const elsewhere = runIn((partition + 1) % 16);
      const arrivals = new Arrivals<Delivery<Trigger>>();
      await log.start(elsewhere, started());
      await log.start(runId, started());
      await log.decide(runId, ZERO, [flowStarted, scheduled(1, { runId })]);
      await log.claim(runId, claimed(taskOf(runId, 1), 'worker-1', 'n1'));
      await log.outcome(runId, finished(taskOf(runId, 1)));
      await log.orchestrate(partition, (delivery) => {
        delivery.ack();
        arrivals.take(delivery);
      });
      await log.request(runId, cancel, 'c1');
      const all = await arrivals.reach(3);
      expect(all.map(({ event }) => event.type)).toEqual([
        'StartRequested',
        'TaskFinished',
        'CancelRequested',
      ]);
      expect(all.map(({ deliverySeq }) => deliverySeq)).toEqual([1, 2, 3]);
      expect(all.map(({ olderThanReader }) => olderThanReader)).toEqual([true, true, false]);
    });

    it('shows a gap in the delivery sequence to the one that missed some', async () => {
      const partition = partitionOf(runId);
      const mine = new Arrivals<Delivery<Trigger>>();
      const first = await log.orchestrate(partition, (delivery) => {
        delivery.ack();
        mine.take(delivery);
      });
      await log.start(runId, started());
      await mine.reach(1);
      await first.close();
      const other = new Arrivals<Delivery<Trigger>>();
      const second = await (
        await bench.open()
      ).orchestrate(partition, (delivery) => {
        delivery.ack();
        other.take(delivery);
      });
      await log.request(runId, cancel, 'c1');
      await other.reach(1);
      await second.close();
      await log.orchestrate(partition, (delivery) => {
        delivery.ack();
        mine.take(delivery);
      });
      await log.request(runId, cancel, 'c2');
      const all = await mine.reach(2);
      expect((all[1]?.deliverySeq ?? 0) - (all[0]?.deliverySeq ?? 0)).toBe(2);
    });

    it('refuses a partition that there is none of', async () => {
      await expect(log.orchestrate(16, () => undefined)).rejects.toThrow(RangeError);
    });
  });
}
