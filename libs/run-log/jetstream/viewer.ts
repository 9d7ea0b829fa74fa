import type { StreamSeq } from '../ids.js';
import { InOrder } from '../in-order.js';
import type { StoredOf, StreamName, Subscription } from '../run-log.js';
import { subscriptionOf } from '../subscription.js';
import { OrderedReader } from './ordered-reader.js';
import { inbound } from './readers.js';
import type { ReaderParts } from './readers.js';

/** Follows a stream in its order, over gaps and lost connections. It leaves nothing behind on the broker and settles nothing. */
export async function watch<S extends StreamName>(
  parts: ReaderParts,
  stream: S,
  { fromSeq, filter }: { readonly fromSeq?: StreamSeq; readonly filter?: string },
  handler: (stored: StoredOf<S>) => void,
): Promise<Subscription> {
  const decoder = inbound(parts, stream);
  const order = new InOrder();
  // Not deliver policy "new": a consumer made anew after a gap would take a later "now".
  const from = fromSeq ?? (await parts.streams.info(stream)).state.last_seq + 1;
  const onTrouble = (error: unknown): void => parts.reports.onReaderTrouble?.('viewer', error);
  const tell = (stored: StoredOf<S>): void => {
    try {
      handler(stored);
    } catch (error) {
      onTrouble(error);
    }
  };
  const reader = new OrderedReader(parts, {
    stream,
    from,
    ...(filter ? { filter } : {}),
    onMessage: (raw) =>
      order.run(
        () => decoder.decode(raw),
        (stored) => {
          if (stored) tell(stored);
        },
        async (error) => void (await decoder.report(parts.reports, 'viewer', raw, error)),
      ),
    onTrouble,
    onEnd: (reason) => subscription.end(reason),
  });
  const subscription = subscriptionOf(async () => {
    reader.stop();
    await order.drained();
  });
  await reader.start();
  return subscription;
}
