import type { Msg } from '@nats-io/transport-node';
import { deliveryOf } from '../delivery.js';
import { millis } from '../ids.js';
import type { Delivery, ServiceReader, StoredInRun, Subscription, TaskScheduled } from '../run-log.js';
import { serviceDurable } from '../durables.js';
import { filters } from '../subjects.js';
import { subscriptionOf } from '../subscription.js';
import { delivered, Settler } from './delivered.js';
import type { DeliveredMessage } from './delivered.js';
import { Puller } from './puller.js';
import { inbound } from './readers.js';
import type { ReaderParts } from './readers.js';

type Handler = (delivery: Delivery<TaskScheduled>) => Promise<void>;
type Work = StoredInRun<TaskScheduled>;

/** How soon a message whose handler threw without settling it comes again. */
const AFTER_THROW_MS = millis(1_000);

/** Where so many may run at once, nobody waits for the place of one. */
const AMPLE = 64;

/**
 * Pulls a service's work. A slot is taken from delivery until the handler's promise settles, so this process never
 * holds more than it works on.
 */
export async function serve(
  parts: ReaderParts,
  reader: ServiceReader,
  handler: Handler,
): Promise<Subscription> {
  const name = serviceDurable(reader);
  const decoder = inbound(parts, 'RUN');
  const settler = new Settler(parts.outbox, reader.globalConcurrency >= AMPLE);
  let madeAt = 0;

  const handle = async (raw: DeliveredMessage, work: Work): Promise<void> => {
    const delivery = deliveryOf(work, settler.handout(raw, raw.seq <= madeAt));
    try {
      await handler(delivery);
    } catch (error) {
      parts.reports.onReaderTrouble?.(name, error);
      delivery.retry(AFTER_THROW_MS);
    }
    puller.release();
  };
  const reject = async (raw: DeliveredMessage, error: unknown): Promise<void> => {
    if (await decoder.report(parts.reports, name, raw, error)) settler.ack(raw.reply);
    else settler.retry(raw.reply, AFTER_THROW_MS);
    puller.release();
  };
  const onMessage = (message: Msg): void => {
    const raw = delivered(message);
    try {
      const stored = decoder.decode(raw);
      if (stored instanceof Promise)
        stored.then(
          (work) => handle(raw, work as Work),
          (error: unknown) => reject(raw, error),
        );
      else void handle(raw, stored as Work);
    } catch (error) {
      void reject(raw, error);
    }
  };

  const puller = new Puller({
    connection: parts.connection,
    link: parts.link,
    outbox: parts.outbox,
    stream: 'RUN',
    consumer: name,
    slots: reader.slots,
    ensure: async () => {
      await parts.streams.setUp();
      const made = await parts.consumers.ensure({
        stream: 'RUN',
        name,
        filter: filters.work(reader.service, reader.operation, reader.lane),
        ackPolicy: 'explicit',
        ackWaitMs: reader.ackWaitMs,
        maxAckPending: reader.globalConcurrency,
      });
      // A broker that crashed has forgotten what it handed out last, and hands it out as new: whatever was stored
      // before this connection may have been worked on.
      const { state } = await parts.streams.info('RUN');
      madeAt = Math.max(made, state.last_seq);
    },
    onMessage,
    onTrouble: (error) => parts.reports.onReaderTrouble?.(name, error),
  });
  await puller.start();
  return subscriptionOf(() => puller.stop());
}
