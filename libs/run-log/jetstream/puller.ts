import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { nanos } from '../streams.js';
import { everyBehindIo } from './behind-io.js';
import { newInbox } from './inbox.js';
import type { Link } from './link.js';
import type { Outbox } from './outbox.js';
import { within } from './within.js';

export interface PullerOptions {
  readonly connection: NatsConnection;
  readonly link: Link;
  readonly outbox: Outbox;
  readonly stream: string;
  readonly consumer: string;
  /** What is asked for and what is in hand never exceed it together. */
  readonly slots: number;
  /** How long the broker keeps a request for messages; 30,000 ms unless said otherwise. */
  readonly expiresMs?: number;
  /** Sees to it that stream and consumer exist; called before the first pull and after every loss. */
  readonly ensure: () => Promise<void>;
  readonly onMessage: (message: Msg) => void;
  readonly onTrouble?: (error: unknown) => void;
}

const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 5_000;
/** What an answer may take beyond the time at which it is due; then the request is taken for lost. */
const LATE_MS = 2_000;
const LONGEST_PAUSE_MS = 2_000;
const HAND_BACK = new TextEncoder().encode('-NAK');

/**
 * Pulls messages of one durable consumer, no more than there are free slots.
 *
 * The client's `consume()` refills when a message is delivered, not when it is done with, and so takes more than it
 * can work on while other processes are idle.
 *
 * 1. outstanding + running <= slots, always.
 * 2. All pulls share one inbox. After a loss (connection, leader, consumer, silence) the inbox is given up, so that
 *    pulls which the broker may still hold find nobody, and counting starts over from what is running.
 * 3. What arrives after stop() is handed back at once instead of waiting for its ack wait; what arrives during finish()
 *    is taken as before.
 *
 * Source: NATS ADR-37 and ADR-13, pull consumer requests.
 */
export class Puller {
  private readonly subject: string;
  private subscription: Subscription | undefined;
  private inbox = '';
  private outstanding = 0;
  private running = 0;
  private lastHeard = 0;
  private losses = 0;
  private watchdog: NodeJS.Timeout | undefined;
  private pause: NodeJS.Timeout | undefined;
  private restarting = false;
  private stopped = false;
  private finishing = false;
  private readonly heartbeatMs: number | undefined;
  private readonly deafAfterMs: number;
  private idle: (() => void) | undefined;
  private readonly unfollow: () => void;

  constructor(private readonly options: PullerOptions) {
    this.subject = `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.consumer}`;
    const { expiresMs = EXPIRES_MS } = options;
    // The broker takes a heartbeat only where two of them fit into a request.
    this.heartbeatMs = expiresMs > 2 * HEARTBEAT_MS ? HEARTBEAT_MS : undefined;
    this.deafAfterMs = (this.heartbeatMs ? 2 * this.heartbeatMs : expiresMs) + LATE_MS;
    this.unfollow = options.link.onUp(() => this.restart());
  }

  /** Ensures the consumer and begins to pull. */
  async start(): Promise<void> {
    await this.options.ensure();
    if (this.stopped) return;
    this.open();
    this.watchdog = everyBehindIo(HEARTBEAT_MS, () => this.listenForSilence());
  }

  /** Gives slots back and asks for more messages. */
  release(count = 1): void {
    this.running -= count;
    if (this.stopped) {
      if (this.running === 0) this.idle?.();
    } else this.refill();
  }

  /** Stops pulling and waits until everything in hand is released. */
  async stop(): Promise<void> {
    this.halt();
    if (this.running > 0) await new Promise<void>((resolve) => (this.idle = resolve));
  }

  /** Stops pulling and forgets what is in hand. */
  halt(): void {
    void this.drain();
  }

  /** Stops pulling and resolves when what was on its way has arrived. Does not wait for what is in hand. */
  async finish(): Promise<void> {
    this.finishing = true;
    const { link } = this.options;
    let broken: () => void = () => undefined;
    const unfollow = link.onDown(() => broken());
    const drained = Promise.race([
      this.drain(),
      // A broken connection has nothing left to bring.
      new Promise<void>((resolve) => (link.isUp ? (broken = resolve) : resolve())),
    ]);
    // Where the broker does not answer, what it brings later is handed back.
    await within(drained, LATE_MS);
    unfollow();
    this.finishing = false;
  }

  private async drain(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.unfollow();
    clearInterval(this.watchdog);
    clearTimeout(this.pause);
    const { subscription } = this;
    if (subscription && !this.options.connection.isClosed())
      await subscription.drain().catch(() => undefined); // A broken connection has nothing left to drain.
  }

  private open(): void {
    this.inbox = newInbox(this.options.connection);
    this.outstanding = 0;
    this.lastHeard = performance.now();
    this.subscription = this.options.connection.subscribe(this.inbox, {
      callback: (error, message) => {
        if (!error) this.receive(message);
      },
    });
    this.refill();
  }

  private refill(): void {
    const free = this.options.slots - this.outstanding - this.running;
    if (!this.subscription || free <= 0) return;
    if (this.outstanding > 0 && free * 2 < this.options.slots) return;
    if (this.outstanding === 0) this.lastHeard = performance.now();
    this.outstanding += free;
    const heartbeat = this.heartbeatMs ? `,"idle_heartbeat":${nanos(this.heartbeatMs)}` : '';
    const request = `{"batch":${free},"expires":${nanos(this.options.expiresMs ?? EXPIRES_MS)}${heartbeat}}`;
    const { inbox } = this;
    this.options.outbox.put({
      subject: this.subject,
      body: request,
      reply: inbox,
      isGivenUp: () => this.stopped || this.inbox !== inbox,
      refuse: (error) => this.lose(error),
    });
  }

  private receive(message: Msg): void {
    this.lastHeard = performance.now();
    if (!message.reply) {
      this.readStatus(message);
      return;
    }
    if (this.stopped && !this.finishing) {
      this.options.outbox.put({ subject: message.reply, body: HAND_BACK });
      return;
    }
    this.losses = 0;
    if (this.outstanding > 0) this.outstanding--;
    this.running++;
    this.options.onMessage(message);
  }

  private readStatus(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === 100 || this.stopped) return;
    const undelivered = message.headers?.get('Nats-Pending-Messages');
    if ((code === 404 || code === 408) && undelivered) {
      this.losses = 0;
      this.outstanding = Math.max(0, this.outstanding - Number(undelivered));
      this.refill();
      return;
    }
    this.lose(new Error(`${this.options.consumer}: ${message.headers?.status ?? 'empty answer'}`));
  }

  private listenForSilence(): void {
    if (this.stopped || this.restarting || this.outstanding === 0 || !this.options.link.isUp) return;
    if (performance.now() - this.lastHeard > this.deafAfterMs)
      this.lose(new Error(`${this.options.consumer}: no heartbeat`));
  }

  private lose(reason: unknown): void {
    this.options.onTrouble?.(reason);
    this.restart();
  }

  /** Gives up the inbox and begins again, a little later after each loss in a row. */
  private restart(): void {
    if (this.restarting || this.stopped) return;
    this.restarting = true;
    if (!this.options.connection.isClosed()) this.subscription?.unsubscribe();
    this.subscription = undefined;
    const wait = this.losses === 0 ? 0 : Math.min(20 * 2 ** this.losses, LONGEST_PAUSE_MS);
    this.losses++;
    this.pause = setTimeout(() => {
      this.options.ensure().then(
        () => {
          this.restarting = false;
          if (!this.stopped) this.open();
        },
        (error: unknown) => {
          this.restarting = false;
          if (this.stopped || this.options.connection.isClosed()) return;
          this.lose(error);
        },
      );
    }, wait);
  }
}
