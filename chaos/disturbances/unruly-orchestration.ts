import type { Delivery, RunLog, Trigger } from '#libs/run-log';
import { millis } from '#libs/run-log';
import type { Random } from '../plan/seeded.js';
import { overriding } from './overriding.js';

/** Shares of the triggers that are first taken away, handed over twice, or whose acknowledgement is lost. */
const TAKEN_AWAY = 0.01;
const TWICE = 0.02;
const ACK_LOST = 0.02;

/**
 * A log whose triggers come as a bad network and dying neighbours would have them come: some are taken by nobody and
 * come again behind later ones, some come twice, and some acknowledgements never arrive.
 */
export function unrulyOrchestration<T extends RunLog>(log: T, random: Random): T {
  const disturbed = (handler: (delivery: Delivery<Trigger>) => void) => (delivery: Delivery<Trigger>) => {
    // What has come again already is left alone: three hand-outs without an end are, by design, for a person to judge.
    if (delivery.deliveries > 1) return handler(delivery);
    const fate = random.next();
    if (fate < TAKEN_AWAY) return delivery.retry(millis(random.int(50, 500)));
    if (fate < TAKEN_AWAY + TWICE) {
      handler(overriding(delivery, { ack: () => delivery.retry(millis(random.int(0, 300))) }));
      return;
    }
    // The slot stays taken until the broker hands the message out again, as after a lost acknowledgement.
    if (fate < TAKEN_AWAY + TWICE + ACK_LOST) return handler(overriding(delivery, { ack: () => undefined }));
    return handler(delivery);
  };
  return overriding<RunLog>(log, {
    orchestrate: (partition, handler) => log.orchestrate(partition, disturbed(handler)),
  }) as T;
}
