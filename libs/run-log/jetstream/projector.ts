import { setImmediate as immediate } from 'node:timers/promises';
import type { Msg } from '@nats-io/transport-node';
import { projectorDurable } from '../durables.js';
import { isHalt } from '../errors.js';
import { InOrder } from '../in-order.js';
import type { StoredOf, StreamName, Subscription } from '../run-log.js';
import { subscriptionOf } from '../subscription.js';
import { delivered, Settler } from './delivered.js';
import type { DeliveredMessage } from './delivered.js';
import type { Lease } from './lease.js';
import { Puller } from './puller.js';
import { inbound } from './readers.js';
import type { ReaderParts } from './readers.js';

const ACK_WAIT_MS = 30_000;
const HEARTBEAT_MS = ACK_WAIT_MS / 3;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** One message in its place; undefined where it holds nothing for the handler. */
interface Item<S extends StreamName> {
  readonly raw: DeliveredMessage;
  readonly stored: StoredOf<S> | undefined;
}

/**
 * Follows a stream by a durable with ack policy `all`, as one reader at a time.
 *
 * 1. Only the holder of the lease pulls: with two pullers the ack of one would swallow what the other has in hand.
 *    Whoever takes the lease resets the durable to its ack floor, so that nothing in another's hand is skipped.
 * 2. Batches are handed over in stream order, one at a time; while one is handled the next is fetched.
 * 3. A batch is acknowledged after its handler; one that fails is handed over again, unless its error says `halt`.
 * 4. Everything in hand is kept alive by `working`, so nothing comes twice while this process lives.
 */
export async function project<S extends StreamName>(
  parts: ReaderParts,
  lease: Lease,
  { name, stream, batch }: { readonly name: string; readonly stream: S; readonly batch: number },
  handler: (events: readonly StoredOf<S>[]) => Promise<void>,
): Promise<Subscription> {
  const durable = projectorDurable(name);
  const options = { stream, name: durable, ackPolicy: 'all', ackWaitMs: ACK_WAIT_MS } as const;
  const decoder = inbound(parts, stream);
  const settler = new Settler(parts.outbox);
  const ensure = async (): Promise<void> => {
    await parts.streams.setUp();
    await parts.consumers.ensure({ ...options, maxAckPending: Math.max(1_000, 4 * batch) });
  };
  await ensure();

  let closing = false;
  let wake: () => void = () => undefined;
  const sleep = (ms?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Hands a batch over until it is taken. Returns false when it was not. */
  const handOver = async (items: readonly Item<S>[]): Promise<boolean> => {
    const events = items.flatMap(({ stored }) => (stored ? [stored] : []));
    for (let tries = 0; lease.held; tries++) {
      try {
        if (events.length > 0) await handler(events);
        return true;
      } catch (error) {
        if (isHalt(error)) throw error;
        parts.reports.onReaderTrouble?.(durable, error);
        if (closing) return false;
        await sleep(Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS));
      }
    }
    return false;
  };

  /** Folds while the lease is held. */
  const fold = async (): Promise<void> => {
    await parts.consumers.reset({ ...options, maxAckPending: Math.max(1_000, 4 * batch) });
    const waiting: Item<S>[] = [];
    let inHand: DeliveredMessage[] = [];
    let handled = 0;
    let failure: Error | undefined;
    let lastDelivery: number | undefined;
    const order = new InOrder();
    const receive = (message: Msg): void => {
      const raw = delivered(message);
      // What was on its way when a connection broke counts as delivered, and the ack of what follows would swallow it.
      if (failure || (lastDelivery !== undefined && raw.deliverySeq !== lastDelivery + 1)) {
        failure ??= new Error(`${durable}: deliveries before number ${raw.deliverySeq} did not arrive`);
        puller.release();
        wake();
        return;
      }
      lastDelivery = raw.deliverySeq;
      if (raw.seq <= handled) {
        puller.release();
        return;
      }
      inHand.push(raw);
      order.run(
        () => decoder.decode(raw),
        (stored) => void (waiting.push({ raw, stored }), wake()),
        async (error) => {
          const reported = await decoder.report(parts.reports, durable, raw, error);
          if (reported) waiting.push({ raw, stored: undefined });
          else failure = error as Error;
          wake();
        },
      );
    };
    const puller = new Puller({
      connection: parts.connection,
      link: parts.link,
      outbox: parts.outbox,
      stream,
      consumer: durable,
      slots: 2 * batch,
      ensure,
      onMessage: receive,
      onTrouble: (error) => parts.reports.onReaderTrouble?.(durable, error),
    });
    const keepAlive = setInterval(() => {
      for (const { reply } of inHand) settler.working(reply);
    }, HEARTBEAT_MS);
    try {
      await puller.start();
      while (!closing && lease.held) {
        if (waiting.length === 0) {
          if (failure) throw failure;
          await sleep(lease.rhythmMs);
          await immediate(); // Whatever has come in with the first message belongs to its batch.
          continue;
        }
        const items = waiting.splice(0, batch);
        if (!(await handOver(items))) return;
        const last = items.at(-1)!.raw;
        settler.ack(last.reply);
        handled = last.seq;
        inHand = inHand.filter(({ seq }) => seq > handled);
        puller.release(items.length);
      }
    } finally {
      clearInterval(keepAlive);
      puller.halt();
    }
  };

  /** Outlives whatever passes by itself. */
  const foldOrPause = async (): Promise<void> => {
    try {
      await fold();
    } catch (error) {
      parts.reports.onReaderTrouble?.(durable, error);
      if (isHalt(error)) throw error;
      await sleep(FIRST_PAUSE_MS);
    }
  };

  const run = async (): Promise<void> => {
    let renewing = false;
    const renewal = setInterval(() => {
      if (!lease.held || renewing) return;
      renewing = true;
      void lease.takeOrRenew().finally(() => (renewing = false));
    }, lease.rhythmMs);
    try {
      while (!closing) {
        if (!(await lease.takeOrRenew())) await sleep(lease.rhythmMs);
        else await foldOrPause();
      }
    } finally {
      clearInterval(renewal);
      await lease.giveBack();
    }
  };

  const running = run();
  const subscription = subscriptionOf(async () => {
    closing = true;
    wake();
    await running.catch(() => undefined); // Its reason is told by `closed`.
  });
  running.catch((error: unknown) => subscription.end(error as Error));
  return subscription;
}
