import { LostContactError } from './stop-reasons.js';
import type { Stop } from './stop.js';

interface InHand {
  readonly working: () => void;
  readonly stop: Stop;
  readonly since: number;
}

/**
 * Tells the broker at a third of the ack wait that work in hand goes on. Where nothing got through for two thirds of
 * it, the work is stopped: the broker is about to hand it to another process.
 */
export class Heartbeat {
  private readonly inHand = new Set<InHand>();
  private timer: NodeJS.Timeout | undefined;
  private lastHeard = Date.now();
  private asking = false;

  constructor(
    private readonly ackWaitMs: number,
    /** Resolves when the broker has received everything sent so far. */
    private readonly reachesBroker: () => Promise<unknown>,
  ) {}

  /** Keeps a delivery alive until the returned function is called. */
  keepAlive(working: () => void, stop: Stop): () => void {
    const held: InHand = { working, stop, since: Date.now() };
    this.inHand.add(held);
    this.timer ??= setInterval(() => this.beat(), this.ackWaitMs / 3);
    return () => {
      this.inHand.delete(held);
      if (this.inHand.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  private beat(): void {
    const now = Date.now();
    for (const held of this.inHand) {
      const silent = now - Math.max(this.lastHeard, held.since);
      if (silent >= (this.ackWaitMs * 2) / 3) held.stop.abort(new LostContactError(silent));
      else held.working();
    }
    void this.ask(now);
  }

  /** One question at a time: while the connection is down they would pile up. */
  private async ask(askedAt: number): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      await this.reachesBroker();
      this.lastHeard = Math.max(this.lastHeard, askedAt);
    } catch {
      // Not heard: the next beat counts it.
    } finally {
      this.asking = false;
    }
  }
}
