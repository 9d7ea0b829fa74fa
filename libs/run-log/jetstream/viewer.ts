import { jetstream } from '@nats-io/jetstream';
import type { JsMsg } from '@nats-io/jetstream';
import { millis } from '../ids.js';
import type { StreamSeq } from '../ids.js';
import { InOrder } from '../in-order.js';
import type { StoredOf, StreamName, Subscription } from '../run-log.js';
import { subscriptionOf } from '../subscription.js';
import type { RawMessage } from '../inbound.js';
import { inbound } from './readers.js';
import type { ReaderParts } from './readers.js';

/**
 * The client looks again after the life of a request when a broker that has just come back did not know an answer. Its
 * own 30 seconds would leave viewers, and services that wait for cancels, without news for so long.
 */
const REQUEST_LIFE_MS = 2_000;

/**
 * Follows a stream by the client's ordered consumer, which starts itself anew after every gap. It leaves nothing
 * behind on the broker and settles nothing.
 */
export async function watch<S extends StreamName>(
  parts: ReaderParts,
  stream: S,
  { fromSeq, filter }: { readonly fromSeq?: StreamSeq; readonly filter?: string },
  handler: (stored: StoredOf<S>) => void,
): Promise<Subscription> {
  const decoder = inbound(parts, stream);
  const order = new InOrder();
  // Not deliver policy "new": a consumer made anew after a gap would take a later "now".
  const start = fromSeq ?? (await parts.streams.info(stream)).state.last_seq + 1;
  const consumer = await jetstream(parts.connection).consumers.get(stream, {
    opt_start_seq: Math.max(1, start),
    ...(filter ? { filter_subjects: filter } : {}),
  });
  const messages = await consumer.consume({
    expires: REQUEST_LIFE_MS,
    callback: (message) => {
      const raw = toRaw(message);
      order.run(
        () => decoder.decode(raw),
        (stored) => {
          if (stored) tell(stored);
        },
        async (error) => void (await decoder.report(parts.reports, 'viewer', raw, error)),
      );
    },
  });
  const tell = (stored: StoredOf<S>): void => {
    try {
      handler(stored);
    } catch (error) {
      parts.reports.onReaderTrouble?.('viewer', error);
    }
  };
  const subscription = subscriptionOf(async () => {
    await messages.close();
    await order.drained();
  });
  void messages.closed().then((reason) => {
    if (reason) subscription.end(reason);
  });
  return subscription;
}

const toRaw = (message: JsMsg): RawMessage => ({
  subject: message.subject,
  seq: message.seq,
  time: millis(Number(message.timestampNanos / 1_000_000n)),
  read: (name) => message.headers?.get(name),
  body: message.data,
});
