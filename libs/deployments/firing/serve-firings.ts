import { subscriptionOf } from '#libs/run-log';
import type { DeliveredMessage, Subscription } from '#libs/run-log';
import { filters, parseSubject, type ParsedSubject } from '../subjects.js';
import type { BrokerRunLog, DeploymentStore, Due } from '../store/deployment-store.js';
import { STREAM } from '../store/stream-settings.js';
import { durableReader, type Reader, type ReaderOptions } from './durable-reader.js';
import type { FiringDesk } from './firing-desk.js';
import type { Wake } from './wake.js';

/** Instants that come go before what merely keeps the books. */
const READERS: readonly Reader[] = [
  { stream: STREAM, name: 'deployments-fires', filter: filters.fires, slots: 256 },
  { stream: STREAM, name: 'deployments-triggers', filter: filters.events, slots: 64 },
  { stream: STREAM, name: 'deployments-specs', filter: filters.specs, slots: 32 },
  { stream: STREAM, name: 'deployments-ends', filter: filters.ends, slots: 16 },
];

const decoder = new TextDecoder();

/** Pulls what makes deployments fire, and shares that work with all orchestrators. */
export async function serveFirings(
  { connection }: Pick<BrokerRunLog, 'connection'>,
  store: DeploymentStore,
  desk: FiringDesk,
  options: ReaderOptions = {},
): Promise<Subscription> {
  const parts = {
    connection,
    publisher: store.publisher,
    setUp: () => store.setUp(),
    handle: async (message: DeliveredMessage) => {
      const parsed = parseSubject(message.subject);
      const wake = parsed && wakeOf(message, parsed);
      if (wake) await desk.wake(parsed.id, wake);
    },
  };
  const pullers = READERS.map((reader) => durableReader(reader, parts, options));
  for (const puller of pullers) await puller.start();
  return subscriptionOf(async () => {
    await Promise.all(pullers.map((puller) => puller.stop()));
    await desk.idle();
  });
}

/** What a message is about; undefined where it makes nothing fire. */
function wakeOf({ seq, time, deliveries, body }: DeliveredMessage, parsed: ParsedSubject): Wake | undefined {
  const about = { seq, time, deliveries };
  switch (parsed.kind) {
    case 'ended':
      return { ...about, kind: parsed.kind, runId: parsed.runId };
    case 'fire':
      return { ...about, kind: parsed.kind, ...begunBy(body) };
    case 'spec':
    case 'event':
      return { ...about, kind: parsed.kind };
    case 'state':
      return undefined;
  }
}

/** Whatever else stands in the message, an instant has come. */
function begunBy(body: Uint8Array): Pick<Due, 'begun'> | undefined {
  try {
    const { begun } = JSON.parse(decoder.decode(body)) as Partial<Due>;
    return typeof begun === 'number' ? { begun } : undefined;
  } catch {
    return undefined;
  }
}
