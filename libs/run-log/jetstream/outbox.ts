import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';

/** One message on its way to the client. */
export interface Parcel {
  readonly subject: string;
  readonly body: Uint8Array | string;
  readonly reply?: string;
  readonly headers?: MsgHdrs;
  /** Asked when its turn has come; where it says so, the message is left out. */
  readonly isGivenUp?: () => boolean;
  /** Told when the client refuses the message; its neighbours go out all the same. */
  readonly refuse?: (error: unknown) => void;
}

/** How long what nobody waits for may stay, in milliseconds: far below any ack wait. */
const LEISURE_MS = 5;

/**
 * Gathers what a connection has to send and hands it over in one go, in the order in which it came, once every promise
 * that can go on has gone on. The client by itself writes to its socket in the midst of them: what twenty messages
 * that arrived together give rise to leaves in several writes, and a write costs both sides more than a message does.
 */
export class Outbox {
  private waiting: Parcel[] = [];
  private due = false;
  private patience: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: Pick<NatsConnection, 'publish' | 'isClosed'>,
    private readonly onTrouble: (error: unknown) => void = () => undefined,
  ) {}

  put(parcel: Parcel): void {
    this.waiting.push(parcel);
    if (this.due) return;
    this.due = true;
    // Not setImmediate: it gathers no more, and a run that goes alone waits longer.
    process.nextTick(() => this.flush());
  }

  /** Takes what nobody waits for: it goes with the next message, or by itself a little later. */
  putLeisurely(parcel: Parcel): void {
    this.waiting.push(parcel);
    if (!this.due) this.patience ??= setTimeout(() => this.flush(), LEISURE_MS);
  }

  /** Hands over at once what waits. */
  flush(): void {
    this.due = false;
    clearTimeout(this.patience);
    this.patience = undefined;
    const parcels = this.waiting;
    this.waiting = [];
    for (const parcel of parcels) this.hand(parcel);
  }

  private hand(parcel: Parcel): void {
    if (parcel.isGivenUp?.()) return;
    try {
      this.connection.publish(parcel.subject, parcel.body, parcel);
    } catch (error) {
      if (parcel.refuse) parcel.refuse(error);
      else if (!this.connection.isClosed()) this.onTrouble(error); // What a closed connection loses is handed out again.
    }
  }
}
