import type { Msg } from '@nats-io/transport-node';
import { deliveryOf } from '../delivery.js';
import { partitionDurable } from '../durables.js';
import { millis } from '../ids.js';
import type { Millis } from '../ids.js';
import { InOrder } from '../in-order.js';
import type { Delivery, StoredInRun, Subscription, Trigger } from '../run-log.js';
import { filters } from '../subjects.js';
import { subscriptionOf } from '../subscription.js';
import { alsoTo } from '../undecodable.js';
import type { Undecodable } from '../undecodable.js';
import { delivered, Settler } from './delivered.js';
import type { DeliveredMessage } from './delivered.js';
import { Puller } from './puller.js';
import { inbound } from './readers.js';
import type { ReaderParts } from './readers.js';

/** How many triggers of a partition may be in hand at once, over all processes; those that are put off count too. */
const IN_HAND = 1_024;
/** How many of them one process takes: no more than it is done with well within the ack wait. */
const SLOTS = 256;
/**
 * The broker hands messages to a process that is stopped but not dead for as long as it keeps its last request, so
 * that has to be over before the ack wait of the first of them is.
 */
const requestLifeMs = (ackWaitMs: Millis): number => Math.max(500, ackWaitMs * 0.8);
const AFTER_THROW_MS = millis(1_000);

/**
 * Pulls the triggers of one partition and hands them over in the order of their delivery, also where one's body has
 * to be fetched first. A slot is taken until the delivery is settled.
 */
export async function orchestrate(
  parts: ReaderParts,
  partition: number,
  ackWaitMs: Millis,
  handler: (delivery: Delivery<Trigger>) => void,
  onUnreadable?: (problem: Undecodable) => Promise<void>,
): Promise<Subscription> {
  const name = partitionDurable(partition);
  const decoder = inbound(parts, 'RUN');
  const settler = new Settler(parts.outbox, true);
  const order = new InOrder();
  const reports = alsoTo(parts.reports, onUnreadable);
  let madeAt = 0;

  const hand = (raw: DeliveredMessage, stored: StoredInRun<Trigger>): void => {
    const delivery = deliveryOf(stored, settler.handout(raw, raw.seq <= madeAt), () => puller.release());
    try {
      handler(delivery);
    } catch (error) {
      parts.reports.onReaderTrouble?.(name, error);
      delivery.retry(AFTER_THROW_MS);
    }
  };
  const reject = async (raw: DeliveredMessage, error: unknown): Promise<void> => {
    if (await decoder.report(reports, name, raw, error)) settler.ack(raw.reply);
    else settler.retry(raw.reply, AFTER_THROW_MS);
    puller.release();
  };
  const onMessage = (message: Msg): void => {
    const raw = delivered(message);
    order.run(
      () => decoder.decode(raw) as StoredInRun<Trigger> | Promise<StoredInRun<Trigger>>,
      (stored) => hand(raw, stored),
      (error) => reject(raw, error),
    );
  };

  const puller = new Puller({
    connection: parts.connection,
    link: parts.link,
    outbox: parts.outbox,
    stream: 'RUN',
    consumer: name,
    slots: SLOTS,
    expiresMs: requestLifeMs(ackWaitMs),
    ensure: async () => {
      await parts.streams.setUp();
      madeAt = await parts.consumers.ensure({
        stream: 'RUN',
        name,
        filter: filters.triggers(partition),
        ackPolicy: 'explicit',
        ackWaitMs,
        maxAckPending: IN_HAND,
      });
    },
    onMessage,
    onTrouble: (error) => parts.reports.onReaderTrouble?.(name, error),
  });
  await puller.start();
  return subscriptionOf(async () => {
    await puller.finish();
    await order.drained();
  });
}
