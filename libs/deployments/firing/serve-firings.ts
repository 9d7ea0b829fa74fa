import { delivered, nanos, Puller, refusedBy, Settler, millis, subscriptionOf } from '#libs/run-log';
import type { BrokerRefusal, DeliveredMessage, Subscription } from '#libs/run-log';
import { filters, parseSubject, type ParsedSubject } from '../subjects.js';
import type { BrokerRunLog, DeploymentStore, Due } from '../store/deployment-store.js';
import { STREAM } from '../store/stream-settings.js';
import type { FiringDesk } from './firing-desk.js';
import type { Wake } from './wake.js';

interface Reader {
  readonly name: string;
  readonly filter: string;
  /** How many this process works on at a time. */
  readonly slots: number;
}

/** Instants that come go before what merely keeps the books. */
const READERS: readonly Reader[] = [
  { name: 'deployments-fires', filter: filters.fires, slots: 256 },
  { name: 'deployments-specs', filter: filters.specs, slots: 32 },
  { name: 'deployments-ends', filter: filters.ends, slots: 16 },
];

const decoder = new TextDecoder();
const IN_HAND = 1_000;
const ACK_WAIT_MS = 5_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

export interface FiringReports {
  /** Told of what could not be done and is tried again. */
  readonly onTrouble?: (reader: string, error: unknown) => void;
}

export interface FiringOptions extends FiringReports {
  /** How long a message may stay unsettled before another orchestrator gets it, in milliseconds; 5,000 unless said. */
  readonly ackWaitMs?: number;
}

/** Pulls what makes deployments fire, and shares that work with all orchestrators. */
export async function serveFirings(
  log: Pick<BrokerRunLog, 'connection'>,
  store: DeploymentStore,
  desk: FiringDesk,
  options: FiringOptions = {},
): Promise<Subscription> {
  const pullers = READERS.map((reader) => pullerOf(reader, log, store, desk, options));
  for (const puller of pullers) await puller.start();
  return subscriptionOf(async () => {
    await Promise.all(pullers.map((puller) => puller.stop()));
    await desk.idle();
  });
}

function pullerOf(
  { name, filter, slots }: Reader,
  { connection }: Pick<BrokerRunLog, 'connection'>,
  store: DeploymentStore,
  desk: FiringDesk,
  { onTrouble, ackWaitMs = ACK_WAIT_MS }: FiringOptions,
): Puller {
  const { publisher } = store;
  const settler = new Settler(publisher.outbox);

  const handle = async (raw: DeliveredMessage): Promise<void> => {
    try {
      const parsed = parseSubject(raw.subject);
      const wake = parsed && wakeOf(raw, parsed);
      if (wake) await desk.wake(parsed.id, wake);
      settler.ack(raw.reply);
    } catch (error) {
      onTrouble?.(name, error);
      settler.retry(raw.reply, millis(pauseAfter(raw.deliveries, error)));
    }
    puller.release();
  };
  const puller: Puller = new Puller({
    connection,
    link: publisher.link,
    outbox: publisher.outbox,
    stream: STREAM,
    consumer: name,
    slots,
    expiresMs: Math.max(500, ackWaitMs * 0.8),
    ensure: async () => {
      await store.setUp();
      const answer = await publisher.ask<{ error?: BrokerRefusal }>(
        `$JS.API.CONSUMER.CREATE.${STREAM}.${name}`,
        { stream_name: STREAM, action: '', config: settingsOf(name, filter, ackWaitMs) },
        `setting up the reader ${name}`,
      );
      if (answer.error) throw refusedBy(answer.error);
    },
    onMessage: (message) => void handle(delivered(message)),
    onTrouble: (error) => onTrouble?.(name, error),
  });
  return puller;
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
