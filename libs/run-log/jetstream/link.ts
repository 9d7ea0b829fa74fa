import type { NatsConnection } from '@nats-io/transport-node';
import { PermissionViolationError } from '@nats-io/transport-node';
import { NotPermittedError } from '../errors.js';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Follows whether the connection stands, for those who must start over when it comes back. */
export class Link {
  private up = true;
  private ended = false;
  private readonly downs = new Set<() => void>();
  private readonly ups = new Set<() => void>();
  private readonly refusals = new Set<(refusal: NotPermittedError) => void>();

  constructor(connection: NatsConnection) {
    void this.follow(connection);
  }

  get isUp(): boolean {
    return this.up;
  }

  /** Calls back when the connection breaks; returns how to stop that. */
  onDown(callback: () => void): () => void {
    this.downs.add(callback);
    return () => this.downs.delete(callback);
  }

  /** Calls back when the connection stands again; returns how to stop that. */
  onUp(callback: () => void): () => void {
    this.ups.add(callback);
    return () => this.ups.delete(callback);
  }

  /** Calls back when the broker refuses what this process says or listens to; returns how to stop that. */
  onRefusal(callback: (refusal: NotPermittedError) => void): () => void {
    this.refusals.add(callback);
    return () => this.refusals.delete(callback);
  }

  /** Waits before the next try: for the connection while it is down, else a little longer each time. */
  async pauseBeforeRetry(tries: number, atMostMs: number): Promise<void> {
    const pause = this.up ? Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS) : atMostMs;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, Math.min(pause, atMostMs)));
      const stop = this.up ? () => undefined : this.onUp(done);
    });
  }

  close(): void {
    this.ended = true;
    this.downs.clear();
    for (const wake of [...this.ups]) wake();
    this.ups.clear();
    this.refusals.clear();
  }

  private async follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (this.ended) continue;
      if (status.type === 'disconnect') {
        this.up = false;
        for (const callback of [...this.downs]) callback();
      } else if (status.type === 'reconnect') {
        this.up = true;
        for (const callback of [...this.ups]) callback();
      } else if (status.type === 'error' && status.error instanceof PermissionViolationError) {
        const { operation, subject } = status.error;
        const refusal = new NotPermittedError(operation === 'publish' ? 'publish' : 'subscribe', subject);
        for (const callback of [...this.refusals]) callback(refusal);
      }
    }
  }
}
