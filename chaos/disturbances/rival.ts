import type { Delivery, RunEvent, RunLog, StoredInRun, Subscription, Trigger } from '#libs/run-log';
import { PARTITIONS, partitionOf } from '#libs/run-log';
import { overriding } from './overriding.js';
import { isTrigger } from './triggers.js';

/**
 * A log that gives its orchestrator every trigger of every partition beside those who really own them, from now on:
 * two orchestrators then decide on each run all the time, and only the fence keeps them apart. It settles nothing, so
 * nobody else misses anything; what it misses itself while it is away, the others have.
 */
export function rival<T extends RunLog>(log: T, lost: (reason: Error | undefined) => void): T {
  const handlers = new Map<number, { take(delivery: Delivery<Trigger>): void; count: number }>();
  let watching: Promise<Subscription> | undefined;
  const settleNothing = { ack: () => undefined, working: () => undefined, retry: () => undefined };
  const hand = (stored: StoredInRun<RunEvent>): void => {
    const handler = isTrigger(stored) ? handlers.get(partitionOf(stored.runId)) : undefined;
    if (!handler) return;
    const about = { deliveries: 1, deliverySeq: ++handler.count, olderThanReader: false };
    handler.take({ ...(stored as StoredInRun<Trigger>), ...about, ...settleNothing });
  };
  return overriding<RunLog>(log, {
    // It asks nobody which partitions are its own.
    sharePartitions: async (holder) => {
      for (let partition = 0; partition < PARTITIONS; partition++) await holder.take(partition);
      const close = async (): Promise<void> => {
        for (let partition = 0; partition < PARTITIONS; partition++) await holder.handOver(partition);
      };
      return { closed: new Promise(() => undefined), close };
    },
    orchestrate: async (partition, take) => {
      handlers.set(partition, { take, count: 0 });
      watching ??= log.watch('RUN', {}, hand).then((subscription) => {
        void subscription.closed.then(lost);
        return subscription;
      });
      const { closed } = await watching;
      return { closed, close: async () => void handlers.delete(partition) };
    },
  }) as T;
}
