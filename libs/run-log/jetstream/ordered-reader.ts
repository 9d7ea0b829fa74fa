import type { Msg, Subscription as Inbox } from '@nats-io/transport-node';
import type { StreamName } from '../run-log.js';
import { nanos } from '../streams.js';
import { everyBehindIo } from './behind-io.js';
import { delivered } from './delivered.js';
import type { DeliveredMessage } from './delivered.js';
import { newInbox } from './inbox.js';
import type { ReaderParts } from './readers.js';

export interface OrderedReaderOptions {
  readonly stream: StreamName;
  /** The first sequence that is wanted. */
  readonly from: number;
  readonly filter?: string;
  readonly onMessage: (message: DeliveredMessage) => void;
  readonly onTrouble: (error: unknown) => void;
  /** Hears that the broker does not let it listen; it has stopped then. */
  readonly onEnd: (reason: Error) => void;
}

const HEARTBEAT_MS = 2_000;
/** Three heartbeats in a row that did not come are a silence. */
const DEAF_AFTER_MS = 3 * HEARTBEAT_MS;
/** How long the broker keeps a consumer that nobody listens to any more. */
const LEFT_ALONE_MS = 10_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
const NOTHING = new Uint8Array(0);

/**
 * Reads a stream in its order, from a sequence on and for as long as it is open.
 *
 * It is pushed to, by a consumer without a name. One that pulls needs the right to pull from consumers whose names are
 * drawn by lot, and the broker's permissions cannot tell those from the consumers of others.
 *
 * 1. Deliveries are numbered without a gap. At a gap, a silence or a new connection the inbox is given up and another
 *    consumer made, from behind the last message that was handed over.
 * 2. Nothing is settled, and a consumer that is given up goes by itself.
 *
 * Source: NATS ADR-15, flow control and idle heartbeats of push consumers.
 */
export class OrderedReader {
  private inbox: Inbox | undefined;
  private next: number;
  private deliveries = 0;
  private lastHeard = 0;
  private losses = 0;
  private restarting = false;
  private stopped = false;
  private watchdog: NodeJS.Timeout | undefined;
  private pause: NodeJS.Timeout | undefined;
  private readonly unfollow: () => void;

  constructor(
    private readonly parts: Pick<ReaderParts, 'connection' | 'link' | 'outbox' | 'consumers'>,
    private readonly options: OrderedReaderOptions,
  ) {
    this.next = Math.max(1, options.from);
    this.unfollow = parts.link.onUp(() => this.restart());
  }

  /** Throws what making the consumer throws; nothing stays open then. */
  async start(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      this.stop();
      throw error;
    }
    if (!this.stopped) this.watchdog = everyBehindIo(HEARTBEAT_MS, () => this.listenForSilence());
  }

  stop(): void {
    this.stopped = true;
    this.unfollow();
    clearInterval(this.watchdog);
    clearTimeout(this.pause);
    this.leave();
  }

  private async open(): Promise<void> {
    const deliver_subject = newInbox(this.parts.connection);
    this.deliveries = 0;
    this.lastHeard = performance.now();
    this.inbox = this.parts.connection.subscribe(deliver_subject, {
      callback: (error, message) => (error ? this.end(error) : this.receive(message)),
    });
    const { stream, filter } = this.options;
    await this.parts.consumers.add(stream, {
      deliver_subject,
      deliver_policy: 'by_start_sequence',
      opt_start_seq: this.next,
      ack_policy: 'none',
      max_deliver: 1,
      replay_policy: 'instant',
      flow_control: true,
      idle_heartbeat: nanos(HEARTBEAT_MS),
      inactive_threshold: nanos(LEFT_ALONE_MS),
      mem_storage: true,
      num_replicas: 1,
      ...(filter === undefined ? {} : { filter_subject: filter }),
    });
  }

  private receive(message: Msg): void {
    if (this.stopped || message.sid !== this.inbox?.getID()) return;
    this.lastHeard = performance.now();
    this.losses = 0;
    if (message.data.length === 0 && message.headers?.code === 100) {
      this.readStatus(message);
      return;
    }
    const raw = delivered(message);
    if (raw.deliverySeq !== this.deliveries + 1) {
      this.restart();
      return;
    }
    this.deliveries = raw.deliverySeq;
    if (raw.seq < this.next) return;
    this.next = raw.seq + 1;
    this.options.onMessage(raw);
  }

  /** The broker asks whether what it sent has arrived, or says that there was nothing to send. */
  private readStatus({ reply, headers }: Msg): void {
    const asked = reply || headers?.get('Nats-Consumer-Stalled');
    if (asked) this.parts.outbox.put({ subject: asked, body: NOTHING });
    const told = headers?.get('Nats-Last-Consumer');
    if (told && Number(told) !== this.deliveries) this.restart();
  }

  private listenForSilence(): void {
    if (this.restarting || !this.parts.link.isUp) return;
    if (performance.now() - this.lastHeard > DEAF_AFTER_MS) this.restart();
  }

  /** Gives up the inbox and begins again, a little later after each try that failed. */
  private restart(): void {
    if (this.restarting || this.stopped) return;
    this.restarting = true;
    this.leave();
    const wait = this.losses === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** this.losses, LONGEST_PAUSE_MS);
    this.losses++;
    this.pause = setTimeout(() => {
      this.open().then(
        () => (this.restarting = false),
        (error: unknown) => {
          this.restarting = false;
          if (this.stopped || this.parts.connection.isClosed()) return;
          this.options.onTrouble(error);
          this.restart();
        },
      );
    }, wait);
  }

  private leave(): void {
    const { inbox } = this;
    this.inbox = undefined;
    if (inbox && !this.parts.connection.isClosed()) inbox.unsubscribe();
  }

  private end(reason: Error): void {
    if (this.stopped) return;
    this.stop();
    this.options.onEnd(reason);
  }
}
