import type { NatsConnection } from '@nats-io/transport-node';
import { delivered, millis, nanos, Puller, refusedBy, Settler } from '#libs/run-log';
import type { BrokerRefusal, DeliveredMessage, Publisher } from '#libs/run-log';

const IN_HAND = 1_000;
const ACK_WAIT_MS = 5_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

export interface Reader {
  readonly stream: string;
  readonly name: string;
  readonly filter: string;
  /** How many this process works on at a time. */
  readonly slots: number;
}

export interface ReaderReports {
  /** Told of what could not be done and is tried again. */
  readonly onTrouble?: (reader: string, error: unknown) => void;
}

export interface ReaderOptions extends ReaderReports {
  /** How long a message may stay unsettled before another orchestrator gets it, in milliseconds; 5,000 unless said. */
  readonly ackWaitMs?: number;
}

export interface ReaderParts {
  readonly connection: NatsConnection;
  readonly publisher: Publisher;
  /** Makes the stream where it is missing. */
  readonly setUp: () => Promise<void>;
  /** What it throws is reported, and the message comes again. */
  readonly handle: (message: DeliveredMessage) => Promise<void>;
}

/** Pulls from one durable that all orchestrators share. */
export function durableReader(
  { stream, name, filter, slots }: Reader,
  { connection, publisher, setUp, handle }: ReaderParts,
  { onTrouble, ackWaitMs = ACK_WAIT_MS }: ReaderOptions,
): Puller {
  const settler = new Settler(publisher.outbox);
  const take = async (message: DeliveredMessage): Promise<void> => {
    try {
      await handle(message);
      settler.ack(message.reply);
    } catch (error) {
      onTrouble?.(name, error);
      settler.retry(message.reply, millis(pauseAfter(message.deliveries, error)));
    }
    puller.release();
  };
  const puller: Puller = new Puller({
    connection,
    link: publisher.link,
    outbox: publisher.outbox,
    stream,
    consumer: name,
    slots,
    expiresMs: Math.max(500, ackWaitMs * 0.8),
    ensure: async () => {
      await setUp();
      const answer = await publisher.ask<{ error?: BrokerRefusal }>(
        `$JS.API.CONSUMER.CREATE.${stream}.${name}`,
        { stream_name: stream, action: '', config: settingsOf(name, filter, ackWaitMs) },
        `setting up the reader ${name}`,
      );
      if (answer.error) throw refusedBy(answer.error);
    },
    onMessage: (message) => void take(delivered(message)),
    onTrouble: (error) => onTrouble?.(name, error),
  });
  return puller;
}

const settingsOf = (name: string, filter: string, ackWaitMs: number): object => ({
  durable_name: name,
  filter_subject: filter,
  deliver_policy: 'all',
  ack_policy: 'explicit',
  ack_wait: nanos(ackWaitMs),
  max_deliver: -1,
  max_ack_pending: IN_HAND,
  replay_policy: 'instant',
});

function pauseAfter(deliveries: number, error: unknown): number {
  const asked = (error as { retryAfterMs?: number } | undefined)?.retryAfterMs;
  return asked ?? Math.min(FIRST_RETRY_MS * 2 ** Math.min(deliveries - 1, 10), LONGEST_RETRY_MS);
}
