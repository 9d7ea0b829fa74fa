import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Outgoing } from '../envelopes.js';
import { everyBehindIo } from './behind-io.js';
import type { HeaderRecord } from '../headers.js';
import { newInbox } from './inbox.js';
import type { Outbox, Parcel } from './outbox.js';
import { WireHeaders } from './wire-headers.js';

/** No answer came, or none can come at present: the message may or may not have been taken. */
export class NoAnswerError extends Error {
  constructor(readonly reason: 'timeout' | 'no responders' | 'disconnected' | 'closed') {
    super(reason);
    this.name = 'NoAnswerError';
  }
}

/** What is asked; an API question has no headers. */
export interface Question {
  readonly subject: string;
  readonly headers?: HeaderRecord | undefined;
  readonly body: Uint8Array;
}

/** A request from its asking until it is settled. */
class Pending implements Parcel {
  readonly subject: string;
  readonly body: Uint8Array;
  readonly headers?: MsgHdrs;
  settled = false;

  constructor(
    { subject, headers, body }: Question,
    readonly reply: string,
    readonly deadline: number,
    readonly resolve: (answer: Msg) => void,
    readonly reject: (error: Error) => void,
    readonly refuse: (error: unknown) => void,
  ) {
    this.subject = subject;
    this.body = body;
    if (headers) this.headers = new WireHeaders(headers);
  }

  isGivenUp(): boolean {
    return this.settled;
  }
}

const SWEEP_MS = 250;

/**
 * Sends requests over one inbox with one timer for all of them. The client's own `request` makes a timer, two
 * promises and a race for each message, which is a third of the cost of a publish on the hot path.
 *
 * A request in flight while the connection breaks is given up at once, so that its sender can repeat it; one that
 * still lies in the outbox is then not sent at all.
 */
export class Requester {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly pending = new Map<string, Pending>();
  private sweeper: NodeJS.Timeout | undefined;
  private next = 0;

  constructor(
    private readonly connection: Pick<NatsConnection, 'subscribe' | 'isClosed' | 'isDraining'>,
    private readonly outbox: Outbox,
    private readonly isUp: () => boolean,
  ) {
    this.inbox = `${newInbox(connection)}.`;
    this.subscription = connection.subscribe(`${this.inbox}*`, {
      callback: (error, answer) => {
        if (!error) this.settle(answer);
      },
    });
  }

  /**
   * Sends one request and waits for its answer. What goes `before` it is sent without an answer of its own, and
   * stands or falls with it. Throws NoAnswerError.
   */
  request(question: Question, timeoutMs: number, before: readonly Outgoing[] = []): Promise<Msg> {
    // What is published while the connection is down may or may not be sent later: better not at all.
    if (!this.isUp()) return Promise.reject(new NoAnswerError('disconnected'));
    return new Promise((resolve, reject) => {
      const reply = this.inbox + (this.next++).toString(36);
      const refuse = (error: unknown): void => this.refuse(reply, error);
      const deadline = performance.now() + timeoutMs;
      const pending = new Pending(question, reply, deadline, resolve, reject, refuse);
      this.pending.set(reply, pending);
      this.sweeper ??= everyBehindIo(SWEEP_MS, () => this.sweep());
      for (const message of before)
        this.outbox.put({ ...parcelOf(message), isGivenUp: () => pending.settled, refuse });
      this.outbox.put(pending);
    });
  }

  /** Publishes without an answer. */
  send(message: Outgoing): void {
    this.outbox.put(parcelOf(message));
  }

  /** Gives up what is in flight. */
  abandon(reason: NoAnswerError['reason']): void {
    for (const reply of [...this.pending.keys()]) this.take(reply)?.reject(new NoAnswerError(reason));
    this.rest();
  }

  /** Gives up what was asked under a subject that the broker does not let this process publish on. */
  forbid(subject: string, refusal: Error): void {
    for (const [reply, pending] of [...this.pending])
      if (pending.subject === subject) this.take(reply)?.reject(refusal);
    this.rest();
  }

  close(): void {
    this.abandon('closed');
    if (!this.connection.isClosed()) this.subscription.unsubscribe();
  }

  private settle(answer: Msg): void {
    const pending = this.take(answer.subject);
    if (!pending) return;
    if (answer.data.length === 0 && answer.headers?.code === 503)
      pending.reject(new NoAnswerError('no responders'));
    else pending.resolve(answer);
  }

  private take(reply: string): Pending | undefined {
    const pending = this.pending.get(reply);
    if (!pending) return undefined;
    this.pending.delete(reply);
    pending.settled = true;
    return pending;
  }

  private refuse(reply: string, error: unknown): void {
    const pending = this.take(reply);
    if (this.connection.isClosed() || this.connection.isDraining())
      pending?.reject(new NoAnswerError('closed'));
    else pending?.reject(error instanceof Error ? error : new Error(String(error)));
  }

  private sweep(): void {
    const now = performance.now();
    for (const { reply, deadline } of this.pending.values())
      if (deadline <= now) this.take(reply)?.reject(new NoAnswerError('timeout'));
    this.rest();
  }

  private rest(): void {
    if (this.pending.size > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }
}

const parcelOf = ({ subject, headers, body }: Outgoing): Parcel => ({
  subject,
  body,
  headers: new WireHeaders(headers),
});
