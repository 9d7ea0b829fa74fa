import { deliveryOf } from '../delivery.js';
import { Inbound } from '../inbound.js';
import { InOrder } from '../in-order.js';
import { millis } from '../ids.js';
import type { Delivery, StoredInRun, StoredOf, StreamName, Subscription } from '../run-log.js';
import { subscriptionOf } from '../subscription.js';
import type { ReaderReports } from '../undecodable.js';
import type { MemoryBroker } from './memory-broker.js';
import type { HandedOut, MemoryDurable } from './memory-durable.js';

const AFTER_THROW_MS = millis(1_000);

export const memoryInbound = <S extends StreamName>(broker: MemoryBroker, stream: S): Inbound<S> =>
  new Inbound(stream, () => broker.streams[stream].epoch, broker.bodies);

/** Takes a durable's messages; a slot is held until the handler's promise settles. */
export function takeWork<E>(
  broker: MemoryBroker,
  reports: ReaderReports,
  name: string,
  durable: MemoryDurable,
  slots: number,
  handler: (delivery: Delivery<E>) => Promise<void>,
): Subscription {
  const decoder = memoryInbound(broker, 'RUN');
  const running = new Set<Promise<void>>();
  const handle = async (handed: HandedOut): Promise<void> => {
    let work: StoredInRun<E>;
    try {
      work = (await decoder.decode(handed.message)) as StoredInRun<unknown> as StoredInRun<E>;
    } catch (error) {
      if (await decoder.report(reports, name, handed.message, error)) handed.ack();
      else handed.retry(AFTER_THROW_MS);
      return;
    }
    const delivery = deliveryOf(work, handed);
    try {
      await handler(delivery);
    } catch (error) {
      reports.onReaderTrouble?.(name, error);
      delivery.retry(AFTER_THROW_MS);
    }
  };
  const taker = durable.attach(slots, (handed) => {
    const run = handle(handed).finally(() => {
      running.delete(run);
      taker.release();
    });
    running.add(run);
  });
  return subscriptionOf(async () => {
    taker.detach();
    await Promise.all(running);
  });
}

/** Takes a durable's messages and hands them over in order; a slot is held until its delivery is settled. */
export function takeInOrder<E>(
  broker: MemoryBroker,
  reports: ReaderReports,
  name: string,
  durable: MemoryDurable,
  slots: number,
  handler: (delivery: Delivery<E>) => void,
): Subscription {
  const decoder = memoryInbound(broker, 'RUN');
  const order = new InOrder();
  const taker = durable.attach(slots, (handed) =>
    order.run(
      () => decoder.decode(handed.message) as StoredInRun<E> | Promise<StoredInRun<E>>,
      (stored) => {
        const delivery = deliveryOf(stored, handed, () => taker.release());
        try {
          handler(delivery);
        } catch (error) {
          reports.onReaderTrouble?.(name, error);
          delivery.retry(AFTER_THROW_MS);
        }
      },
      async (error) => {
        if (await decoder.report(reports, name, handed.message, error)) handed.ack();
        else handed.retry(AFTER_THROW_MS);
        taker.release();
      },
    ),
  );
  return subscriptionOf(async () => {
    taker.detach();
    await order.drained();
  });
}

/** Follows a stream without a durable. */
export function follow<S extends StreamName>(
  broker: MemoryBroker,
  reports: ReaderReports,
  stream: S,
  fromSeq: number,
  filter: string,
  handler: (stored: StoredOf<S>) => void,
): Subscription {
  const source = broker.streams[stream];
  const decoder = memoryInbound(broker, stream);
  const order = new InOrder();
  let cursor = fromSeq - 1;
  let queued = false;
  let open = true;
  const tell = (stored: StoredOf<S> | undefined): void => {
    try {
      if (stored) handler(stored);
    } catch (error) {
      reports.onReaderTrouble?.('viewer', error);
    }
  };
  const catchUp = (): void => {
    queued = false;
    for (let raw = source.next(cursor + 1, filter); raw && open; raw = source.next(cursor + 1, filter)) {
      const message = raw;
      cursor = message.seq;
      order.run(
        () => decoder.decode(message),
        tell,
        async (error) => void (await decoder.report(reports, 'viewer', message, error)),
      );
    }
  };
  const wake = (): void => {
    if (queued) return;
    queued = true;
    queueMicrotask(catchUp);
  };
  const stop = source.onAppend(wake);
  wake();
  return subscriptionOf(async () => {
    open = false;
    stop();
    await order.drained();
  });
}
