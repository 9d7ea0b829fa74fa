import { projectorDurable } from '../durables.js';
import type { StoredOf, StreamName, Subscription } from '../run-log.js';
import { subscriptionOf } from '../subscription.js';
import { isHalt } from '../errors.js';
import type { ReaderReports } from '../undecodable.js';
import type { MemoryBroker } from './memory-broker.js';
import type { MemoryMessage } from './memory-stream.js';
import { memoryInbound } from './memory-readers.js';

const PAUSE_MS = 100;

/** Follows a whole stream under a name, one reader at a time, from where the last one of that name left off. */
export function projectInMemory<S extends StreamName>(
  broker: MemoryBroker,
  reports: ReaderReports,
  { name, stream, batch }: { readonly name: string; readonly stream: S; readonly batch: number },
  handler: (events: readonly StoredOf<S>[]) => Promise<void>,
): Subscription {
  const reader = projectorDurable(name);
  const source = broker.streams[stream];
  const decoder = memoryInbound(broker, stream);
  const state = broker.projector(`${stream} ${reader}`);
  let closing = false;
  let wake: () => void = () => undefined;
  const something = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const stop = source.onAppend(() => wake());

  const read = async (messages: readonly MemoryMessage[]): Promise<StoredOf<S>[]> => {
    const events: StoredOf<S>[] = [];
    for (const raw of messages) {
      try {
        const stored = await decoder.decode(raw);
        if (stored) events.push(stored);
      } catch (error) {
        if (!(await decoder.report(reports, reader, raw, error))) throw error;
      }
    }
    return events;
  };
  const foldOne = async (): Promise<void> => {
    const messages: MemoryMessage[] = [];
    for (let from = state.floor + 1; messages.length < batch;) {
      const raw = source.next(from);
      if (!raw) break;
      messages.push(raw);
      from = raw.seq + 1;
    }
    const last = messages.at(-1);
    if (!last) return something();
    try {
      const events = await read(messages);
      if (events.length > 0) await handler(events);
      state.floor = last.seq;
    } catch (error) {
      if (isHalt(error)) throw error;
      reports.onReaderTrouble?.(reader, error);
      if (closing) return;
      const paused = something();
      broker.clock.after(PAUSE_MS, () => wake());
      await paused;
    }
  };

  let end: (reason: Error) => void = () => undefined;
  const run = async (): Promise<void> => {
    await before;
    while (!closing) await foldOne();
  };
  const before = state.turn;
  const running = run();
  const over = running.catch((error: unknown) => end(error as Error)).finally(stop);
  state.turn = over;
  const subscription = subscriptionOf(async () => {
    closing = true;
    wake();
    await over;
  });
  end = (reason) => subscription.end(reason);
  return subscription;
}
