import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';

export type Json = Readonly<Record<string, unknown>>;

/** A message of the stream RUN, as anybody can read it who knows the grammar of its subjects. */
export interface RawEvent {
  readonly seq: number;
  /** The stream's own time, in milliseconds of Unix time. */
  readonly time: number;
  readonly subject: string;
  readonly partition: number;
  readonly run: string;
  readonly kind: 'request' | 'outcome' | 'decision' | 'claim';
  readonly type: string;
  readonly body: Json;
}

const STREAM = 'RUN';
const BODIES = 'RUN_BODIES';
const PAGE = 1_000;
const PAGE_WITHIN_MS = 5_000;

/** Reads the run log without any code of the platform: plain JetStream, subjects, headers, JSON. */
export class RawLog {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
  ) {}

  static async open(servers: string): Promise<RawLog> {
    const connection = await connect({
      servers: servers.split(',').map((url) => new URL(url).host),
      name: 'chaos-checker',
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    return new RawLog(connection, await jetstreamManager(connection, { timeout: 3_000, checkAPI: false }));
  }

  /** The sequence of the stream's last message, as its leader names it. */
  async lastSeq(): Promise<number> {
    return (await this.manager.streams.info(STREAM)).state.last_seq;
  }

  /**
   * Reads one page from a sequence on. `next` is where the page after it begins; the same again when there is nothing
   * further. What the broker holds back for later is no event, and is left out.
   */
  async page(from: number): Promise<{ readonly events: readonly RawEvent[]; readonly next: number }> {
    const messages = await this.manager.direct.getBatch(STREAM, {
      seq: from,
      next_by_subj: '>',
      batch: PAGE,
    });
    const late = setTimeout(() => messages.stop(new Error('the page did not come')), PAGE_WITHIN_MS);
    const raws: StoredMsg[] = [];
    try {
      for await (const message of messages) raws.push(message);
    } catch (error) {
      if (!isNothing(error)) throw error;
    } finally {
      clearTimeout(late);
    }
    const events: RawEvent[] = [];
    for (const raw of raws) {
      const event = await this.read(raw);
      if (event) events.push(event);
    }
    return { events, next: (raws.at(-1)?.seq ?? from - 1) + 1 };
  }

  /** Reads everything that the stream holds. Throws when a copy lags behind its leader for too long. */
  async all(): Promise<RawEvent[]> {
    const last = await this.lastSeq();
    const events: RawEvent[] = [];
    for (let from = 1, idle = 0; from <= last;) {
      const { events: found, next } = await this.page(from);
      events.push(...found);
      // The last messages may have been timers that are gone: what lies beyond the last one read is then empty.
      if (next === from && ++idle > 5) break;
      if (next > from) idle = 0;
      from = next;
    }
    return events;
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async read(message: StoredMsg): Promise<RawEvent | undefined> {
    const [root, partition, run, group, what] = message.subject.split('.');
    if (root !== 'run' || run === undefined || group === 'later') return undefined;
    const kind =
      group === 'decision'
        ? 'decision'
        : group === 'in' && what === 'request'
          ? 'request'
          : group === 'in' && what === 'outcome'
            ? 'outcome'
            : group === 'fact' && what === 'claim'
              ? 'claim'
              : undefined;
    if (!kind) throw new Error(`message ${message.seq} has a subject of no known kind: ${message.subject}`);
    const reference = message.header.get('Body-Ref');
    const text = reference ? await this.body(reference) : new TextDecoder().decode(message.data);
    return {
      seq: message.seq,
      time: message.time.getTime(),
      subject: message.subject,
      partition: Number(partition),
      run,
      kind,
      type: message.header.get('Event-Type'),
      body: JSON.parse(text) as Json,
    };
  }

  private async body(name: string): Promise<string> {
    const store = await new Objm(jetstream(this.connection)).open(BODIES);
    const bytes = await store.getBlob(name);
    if (!bytes) throw new Error(`the object ${name} is gone`);
    return new TextDecoder().decode(bytes);
  }
}

const NOT_FOUND = 404;
const isNothing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === NOT_FOUND;
