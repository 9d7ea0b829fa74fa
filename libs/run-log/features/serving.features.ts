import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../arrivals.fixtures.js';
import { millis } from '../ids.js';
import type { FlowRunId } from '../ids.js';
import type { Delivery, RunLog, TaskScheduled } from '../run-log.js';
import { flowStarted, scheduled } from '../run-log.fixtures.js';
import { atBench, NORMAL, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** Work as it comes to the processes of a service. */
export function servingFeatures(makeBench: MakeBench): void {
  describe('serving an operation', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('hands over the work of its operation and lane only', async () => {
      const arrivals = new Arrivals<Delivery<TaskScheduled>>();
      await log.serve(NORMAL, async (delivery) => {
        delivery.ack();
        arrivals.take(delivery);
      });
      await log.decide(runId, ZERO, [
        flowStarted,
        scheduled(1, { runId, operation: 'subtract' }),
        scheduled(2, { runId, lane: 'urgent' }),
        scheduled(3, { runId }),
      ]);
      const [work] = await arrivals.reach(1);
      expect(work).toMatchObject({
        runId,
        event: scheduled(3, { runId }),
        deliveries: 1,
        deliverySeq: 1,
        olderThanReader: false,
      });
    });

    it('never holds more than its slots', async () => {
      let running = 0;
      let most = 0;
      const gates: (() => void)[] = [];
      const arrivals = new Arrivals<number>();
      await log.serve({ ...NORMAL, slots: 2 }, async (delivery) => {
        most = Math.max(most, ++running);
        const open = new Promise<void>((resolve) => gates.push(resolve));
        arrivals.take(delivery.event.step);
        await open;
        running--;
        delivery.ack();
      });
      const other = new Arrivals<number>();
      const work = [0, 1, 2, 3, 4].map((step) => scheduled(step, { runId }));
      await log.decide(runId, ZERO, work);
      await arrivals.reach(2);
      const second = await bench.open();
      await second.serve(NORMAL, async (delivery) => {
        delivery.ack();
        other.take(delivery.event.step);
      });
      // What the first has no slot for is free for the second.
      expect([...(await other.reach(3))].sort()).toEqual([2, 3, 4]);
      for (const open of gates) open();
      expect(most).toBe(2);
    });

    it('lets no more run over all processes than the global limit', async () => {
      const gates: (() => void)[] = [];
      const arrivals = new Arrivals<number>();
      const handler = async (delivery: Delivery<TaskScheduled>): Promise<void> => {
        const open = new Promise<void>((resolve) => gates.push(resolve));
        arrivals.take(delivery.event.step);
        await open;
        delivery.ack();
      };
      const reader = { ...NORMAL, globalConcurrency: 3 };
      const second = await bench.open();
      await log.serve(reader, handler);
      await second.serve(reader, handler);
      await log.decide(
        runId,
        ZERO,
        [0, 1, 2, 3, 4].map((step) => scheduled(step, { runId })),
      );
      await arrivals.reach(3);
      expect(gates).toHaveLength(3);
      for (let done = 0; done < 5; done++) {
        await arrivals.reach(done + 1);
        gates[done]?.();
      }
      expect([...arrivals.all].sort()).toEqual([0, 1, 2, 3, 4]);
    });

    it('hands a message out again after its delay, counted', async () => {
      const arrivals = new Arrivals<Delivery<TaskScheduled>>();
      await log.serve(NORMAL, async (delivery) => {
        if (delivery.deliveries === 1) delivery.retry(millis(50));
        else delivery.ack();
        arrivals.take(delivery);
      });
      await log.decide(runId, ZERO, [scheduled(1, { runId })]);
      await arrivals.reach(1);
      await bench.passTime(50);
      const [first, second] = await arrivals.reach(2);
      expect([first?.deliveries, second?.deliveries]).toEqual([1, 2]);
      expect([first?.deliverySeq, second?.deliverySeq]).toEqual([1, 2]);
    });

    it('gives unsettled work to another process after the ack wait', async () => {
      const reader = { ...NORMAL, ackWaitMs: millis(500) };
      const lost = new Arrivals<number>();
      const first = await bench.open();
      const taken = await first.serve(reader, async (delivery) => lost.take(delivery.deliveries));
      await log.decide(runId, ZERO, [scheduled(1, { runId })]);
      await lost.reach(1);
      await taken.close();
      const arrivals = new Arrivals<Delivery<TaskScheduled>>();
      await log.serve(reader, async (delivery) => {
        delivery.ack();
        arrivals.take(delivery);
      });
      await bench.passTime(500);
      expect((await arrivals.reach(1))[0]).toMatchObject({ deliveries: 2 });
    });

    it('reports a handler that throws, and hands its message out again', async () => {
      const troubles: string[] = [];
      const careful = await bench.open({ onReaderTrouble: (reader) => troubles.push(reader) });
      const arrivals = new Arrivals<number>();
      await careful.serve(NORMAL, async (delivery) => {
        arrivals.take(delivery.deliveries);
        if (delivery.deliveries === 1) throw new Error('a bug');
        delivery.ack();
      });
      await log.decide(runId, ZERO, [scheduled(1, { runId })]);
      await arrivals.reach(1);
      await bench.passTime(1_000);
      expect(await arrivals.reach(2)).toEqual([1, 2]);
      expect(troubles).toEqual(['service=sums=add=normal']);
    });

    it('tells what is older than its durable', async () => {
      await log.decide(runId, ZERO, [scheduled(1, { runId })]);
      const arrivals = new Arrivals<Delivery<TaskScheduled>>();
      await log.serve(NORMAL, async (delivery) => {
        delivery.ack();
        arrivals.take(delivery);
      });
      const { lastDecision } = await log.readRun(runId);
      await arrivals.reach(1);
      await log.decide(runId, lastDecision, [scheduled(2, { runId })]);
      const all = await arrivals.reach(2);
      expect(all.map(({ olderThanReader }) => olderThanReader)).toEqual([true, false]);
    });

    it('waits for handlers that run when it is closed, and takes no more', async () => {
      const arrivals = new Arrivals<number>();
      let release: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      const subscription = await log.serve({ ...NORMAL, slots: 1 }, async (delivery) => {
        arrivals.take(delivery.event.step);
        await gate;
        delivery.ack();
      });
      await log.decide(runId, ZERO, [scheduled(1, { runId }), scheduled(2, { runId })]);
      await arrivals.reach(1);
      const closing = subscription.close();
      release();
      await closing;
      await expect(subscription.closed).resolves.toBeUndefined();
      expect(arrivals.all).toEqual([1]);
    });
  });
}
