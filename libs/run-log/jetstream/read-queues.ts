import { jetstreamManager } from '@nats-io/jetstream';
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { readDurable } from '../durables.js';
import type { DurableReader } from '../durables.js';
import type { StreamName } from '../run-log.js';

/** What waits for a durable reader of the log. */
export interface Queue {
  readonly stream: StreamName;
  readonly reader: DurableReader;
  /** Messages that nobody has in hand. */
  readonly waiting: number;
  /** Messages that were handed out and are not settled. */
  readonly inHand: number;
  /** When the oldest of both was stored, in milliseconds; undefined where there is none. */
  readonly oldestAt: number | undefined;
}

const STREAMS: readonly StreamName[] = ['RUN', 'CALLS', 'LIVE'];
const ANSWER_MS = 2_000;

/** Reads how much waits for each durable reader, and how long it has. Throws what the broker refuses. */
export async function readQueues(connection: NatsConnection): Promise<readonly Queue[]> {
  const manager = await managerOf(connection);
  const queues = await Promise.all(STREAMS.map((stream) => queuesOf(manager, stream)));
  return queues.flat();
}

/** Asked of a broker that was checked when the log was connected. */
export const managerOf = (connection: NatsConnection): Promise<JetStreamManager> =>
  jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_MS });

async function queuesOf(manager: JetStreamManager, stream: StreamName): Promise<Queue[]> {
  const reading: Promise<Queue>[] = [];
  for await (const consumer of manager.consumers.list(stream)) {
    const reader = readDurable(consumer.name);
    if (reader) reading.push(queueOf(manager, stream, consumer, reader));
  }
  return Promise.all(reading);
}

async function queueOf(
  manager: JetStreamManager,
  stream: StreamName,
  consumer: ConsumerInfo,
  reader: DurableReader,
): Promise<Queue> {
  const { num_pending: waiting, num_ack_pending: inHand } = consumer;
  const oldestAt = waiting + inHand > 0 ? await oldestOf(manager, stream, consumer) : undefined;
  return { stream, reader, waiting, inHand, oldestAt };
}

/** The first message behind all that are acknowledged without a gap is one that is not; gone where settled meanwhile. */
async function oldestOf(
  manager: JetStreamManager,
  stream: StreamName,
  { ack_floor: { stream_seq }, config: { filter_subject } }: ConsumerInfo,
): Promise<number | undefined> {
  const found = await manager.direct.getMessage(stream, {
    seq: stream_seq + 1,
    next_by_subj: filter_subject || '>',
  });
  return found?.time.getTime();
}
