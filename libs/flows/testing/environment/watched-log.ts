import type { Delivery, RunLog, Trigger } from '#libs/run-log';

/** A log that knows how many triggers an orchestrator has in hand. */
export interface WatchedLog {
  readonly log: RunLog;
  inHand(): number;
}

/** Counts what is handed out and not settled. */
export function watchLog(log: RunLog): WatchedLog {
  let inHand = 0;
  const watched = Object.create(log) as RunLog;
  watched.orchestrate = (partition, handler, onUnreadable) => {
    const counted = (delivery: Delivery<Trigger>): void => {
      inHand++;
      let settled = false;
      const settle = (): void => {
        if (!settled) inHand--;
        settled = true;
      };
      handler(asSeen(delivery, settle));
    };
    return log.orchestrate(partition, counted, onUnreadable);
  };
  return { log: watched, inHand: () => inHand };
}

function asSeen(delivery: Delivery<Trigger>, settle: () => void): Delivery<Trigger> {
  const { event, runId, position, time, trace, deliveries, deliverySeq, olderThanReader } = delivery;
  return {
    event,
    runId,
    position,
    time,
    trace,
    deliveries,
    deliverySeq,
    olderThanReader,
    working: () => delivery.working(),
    ack: () => {
      settle();
      delivery.ack();
    },
    retry: (delayMs) => {
      settle();
      delivery.retry(delayMs);
    },
  };
}
