import type { Millis } from './ids.js';
import type { Delivery, StoredInRun } from './run-log.js';

/** What a durable says and takes about one message that it handed out. */
export interface Handout {
  readonly deliveries: number;
  readonly deliverySeq: number;
  readonly olderThanReader: boolean;
  ack(): void;
  working(): void;
  retry(delayMs: Millis): void;
}

/** Joins an event with its handout; it is settled once, and `onSettled` is told when. */
export function deliveryOf<E>(stored: StoredInRun<E>, handout: Handout, onSettled?: () => void): Delivery<E> {
  let settled = false;
  const settle = (how: () => void): void => {
    if (settled) return;
    settled = true;
    how();
    onSettled?.();
  };
  return {
    event: stored.event,
    runId: stored.runId,
    position: stored.position,
    time: stored.time,
    trace: stored.trace,
    deliveries: handout.deliveries,
    deliverySeq: handout.deliverySeq,
    olderThanReader: handout.olderThanReader,
    ack: () => settle(() => handout.ack()),
    working: () => {
      if (!settled) handout.working();
    },
    retry: (delayMs) => settle(() => handout.retry(delayMs)),
  };
}
