import type { Clock } from './clock.js';
import type { MemoryMessage, MemoryStream } from './memory-stream.js';

/** A message as a durable hands it out, to be settled once. */
export interface HandedOut {
  readonly message: MemoryMessage;
  readonly deliveries: number;
  readonly deliverySeq: number;
  readonly olderThanReader: boolean;
  ack(): void;
  working(): void;
  retry(delayMs: number): void;
}

interface Pending {
  deliveries: number;
  stop: () => void;
}

interface Taker {
  free: number;
  readonly take: (handed: HandedOut) => void;
}

/**
 * A durable with explicit acks, shared by any number of takers. It hands out in stream order, what came back first,
 * and never more than `maxAckPending` at once.
 */
export class MemoryDurable {
  private cursor = 0;
  private deliverySeq = 0;
  private readonly madeAt: number;
  private readonly pending = new Map<MemoryMessage, Pending>();
  private returned: MemoryMessage[] = [];
  private takers: Taker[] = [];
  private queued = false;

  constructor(
    private readonly stream: MemoryStream,
    private readonly clock: Clock,
    private readonly filter: string,
    public ackWaitMs: number,
    public maxAckPending: number,
  ) {
    this.madeAt = stream.lastSeq;
    stream.onAppend(() => this.wake());
  }

  /** Begins to take messages, at most `slots` at once. */
  attach(slots: number, take: (handed: HandedOut) => void): { release: () => void; detach: () => void } {
    const taker: Taker = { free: slots, take };
    this.takers.push(taker);
    this.wake();
    return {
      release: () => {
        taker.free++;
        this.wake();
      },
      detach: () => {
        this.takers = this.takers.filter((other) => other !== taker);
      },
    };
  }

  private wake(): void {
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      this.handOut();
    });
  }

  private handOut(): void {
    for (;;) {
      const taker = this.takers.find(({ free }) => free > 0);
      if (!taker) return;
      const message = this.returned.shift() ?? this.fresh();
      if (!message) return;
      this.takers = [...this.takers.filter((other) => other !== taker), taker]; // Each in turn.
      taker.free--;
      taker.take(this.hand(message));
    }
  }

  private fresh(): MemoryMessage | undefined {
    if (this.pending.size >= this.maxAckPending) return undefined;
    const message = this.stream.next(this.cursor + 1, this.filter);
    if (message) this.cursor = message.seq;
    return message;
  }

  private hand(message: MemoryMessage): HandedOut {
    const pending = this.pending.get(message) ?? { deliveries: 0, stop: () => undefined };
    pending.deliveries++;
    this.pending.set(message, pending);
    this.comeBackAfter(message, pending, this.ackWaitMs);
    return {
      message,
      deliveries: pending.deliveries,
      deliverySeq: ++this.deliverySeq,
      olderThanReader: message.seq <= this.madeAt,
      ack: () => {
        pending.stop();
        this.pending.delete(message);
        this.returned = this.returned.filter((other) => other !== message);
        this.wake();
      },
      working: () => this.comeBackAfter(message, pending, this.ackWaitMs),
      retry: (delayMs) => this.comeBackAfter(message, pending, delayMs),
    };
  }

  private comeBackAfter(message: MemoryMessage, pending: Pending, ms: number): void {
    pending.stop();
    if (this.pending.get(message) !== pending) return;
    pending.stop = this.clock.after(ms, () => {
      if (!this.stream.has(message)) {
        this.pending.delete(message); // Purged meanwhile.
        return;
      }
      this.returned.push(message);
      this.wake();
    });
  }
}
