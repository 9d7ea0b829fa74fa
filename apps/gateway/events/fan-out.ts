import { streamSeq } from '#libs/run-log';
import type { LiveEvent, RunEvent, RunLog, StoredInRun, StreamSeq, Subscription } from '#libs/run-log';

/** What the two watched streams hold. */
export interface Watched {
  readonly RUN: StoredInRun<RunEvent>;
  readonly LIVE: StoredInRun<LiveEvent>;
}

/** How a broken watch waits before it is opened again. */
export type Pause = (attempt: number) => Promise<void>;

const afterAMoment: Pause = (attempt) =>
  new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 100 * 2 ** attempt)).unref());

/**
 * One watch over a whole stream for this process, handed out to whoever follows one of its runs.
 *
 * 1. The watch is open exactly while somebody follows.
 * 2. Once `follow` has resolved, every event that is stored from then on reaches its listener, in order.
 * 3. A watch that ends by itself is opened again behind the last event that it brought.
 * 4. Listeners neither throw nor wait: what a slow viewer does with an event is the viewer's business.
 */
export class FanOut<S extends 'RUN' | 'LIVE'> {
  private readonly listeners = new Map<string, Set<(stored: Watched[S]) => void>>();
  private opening: Promise<void> | undefined;
  private subscription: Subscription | undefined;
  private next: StreamSeq | undefined;
  private epoch: string | undefined;
  private closed = false;

  constructor(
    private readonly log: RunLog,
    private readonly stream: S,
    private readonly onTrouble: (error: Error | undefined) => void,
    private readonly pause: Pause = afterAMoment,
  ) {}

  /** How many runs are followed. */
  get size(): number {
    return this.listeners.size;
  }

  /** Hands a run's events to a listener until the returned function is called. Throws what opening the watch throws. */
  async follow(runId: string, listener: (stored: Watched[S]) => void): Promise<() => void> {
    const listeners = this.listeners.get(runId) ?? new Set();
    this.listeners.set(runId, listeners.add(listener));
    const leave = (): void => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.listeners.get(runId) !== listeners) return;
      this.listeners.delete(runId);
      if (this.listeners.size === 0) void this.stop();
    };
    try {
      await (this.opening ??= this.open());
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.listeners.clear();
    await this.stop();
  }

  private async open(): Promise<void> {
    try {
      const { epoch, lastSeq } = await this.log.info(this.stream);
      // In a stream that was made anew the old sequences mean nothing.
      if (this.next === undefined || epoch !== this.epoch) this.next = streamSeq(lastSeq + 1);
      this.epoch = epoch;
      const subscription = await this.log.watch(this.stream, { fromSeq: this.next }, (stored) =>
        this.hand(stored as unknown as Watched[S]),
      );
      this.subscription = subscription;
      void subscription.closed.then((error) => this.reopen(subscription, error));
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  private hand(stored: Watched[S]): void {
    if (this.next !== undefined && stored.position.seq < this.next) return;
    this.next = streamSeq(stored.position.seq + 1);
    for (const listener of this.listeners.get(stored.runId) ?? []) listener(stored);
  }

  private async reopen(ended: Subscription, error: Error | undefined): Promise<void> {
    if (this.subscription !== ended || this.closed) return;
    this.subscription = undefined;
    this.opening = undefined;
    for (let attempt = 0; this.listeners.size > 0 && !this.closed; attempt += 1) {
      this.onTrouble(error);
      await this.pause(attempt);
      try {
        return await (this.opening ??= this.open());
      } catch (cause) {
        error = cause instanceof Error ? cause : new Error(String(cause));
      }
    }
  }

  private async stop(): Promise<void> {
    await this.opening?.catch(() => undefined);
    if (this.listeners.size > 0) return;
    const { subscription } = this;
    this.subscription = undefined;
    this.opening = undefined;
    this.next = undefined;
    await subscription?.close();
  }
}
