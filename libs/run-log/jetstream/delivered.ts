import type { Msg } from '@nats-io/transport-node';
import type { Handout } from '../delivery.js';
import { millis } from '../ids.js';
import type { Millis } from '../ids.js';
import { nanos } from '../streams.js';
import type { RawMessage } from '../inbound.js';
import type { Outbox } from './outbox.js';
import { rawHeaders } from './raw-headers.js';

const ACK = new TextEncoder().encode('+ACK');
const WORKING = new TextEncoder().encode('+WPI');

/** A message handed out by a durable, with what its reply subject tells. Source: NATS ADR-15, `$JS.ACK` tokens. */
export interface DeliveredMessage extends RawMessage {
  readonly reply: string;
  readonly deliveries: number;
  readonly deliverySeq: number;
}

/** Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<seq>.<consumer seq>.<nanos>.<pending>`, or the form with domain and account before the stream. */
export function delivered(message: Msg): DeliveredMessage {
  const { reply = '' } = message;
  const tokens = reply.split('.');
  const at = tokens.length > 9 ? 6 : 4;
  return {
    subject: message.subject,
    reply,
    deliveries: Number(tokens[at]),
    seq: Number(tokens[at + 1]),
    deliverySeq: Number(tokens[at + 2]),
    // Cut as text: so many nanoseconds do not fit a number, and rounding would move some into the next millisecond.
    time: millis(Number(tokens[at + 3]?.slice(0, -6))),
    read: rawHeaders(message),
    body: message.data,
  };
}

/** Settles deliveries of one durable. Nothing waits for the broker: what gets lost is handed out again. */
export class Settler {
  constructor(
    private readonly outbox: Outbox,
    /** Whether an ack may wait for the next message that goes out: not where others wait for the place it frees. */
    private readonly acksAtLeisure = false,
  ) {}

  ack(reply: string): void {
    const parcel = { subject: reply, body: ACK };
    if (this.acksAtLeisure) this.outbox.putLeisurely(parcel);
    else this.outbox.put(parcel);
  }

  working(reply: string): void {
    this.send(reply, WORKING);
  }

  retry(reply: string, delayMs: Millis): void {
    this.send(reply, `-NAK {"delay":${nanos(Math.max(0, delayMs))}}`);
  }

  handout({ reply, deliveries, deliverySeq }: DeliveredMessage, olderThanReader: boolean): Handout {
    return {
      deliveries,
      deliverySeq,
      olderThanReader,
      ack: () => this.ack(reply),
      working: () => this.working(reply),
      retry: (delayMs) => this.retry(reply, delayMs),
    };
  }

  private send(reply: string, payload: Uint8Array | string): void {
    this.outbox.put({ subject: reply, body: payload });
  }
}
