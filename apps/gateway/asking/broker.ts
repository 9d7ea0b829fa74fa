import type { NatsConnection } from '@nats-io/transport-node';
import { RetryableError } from '#libs/operations';

/** The connection to the broker is down. */
export class BrokerGoneError extends RetryableError {
  constructor(doing: string) {
    super(
      'gateway/broker-gone',
      `${doing}: the broker cannot be reached; the gateway keeps trying to connect again`,
      2_000,
    );
  }
}

/**
 * Knows whether the broker is there, so that a request gets its answer at once instead of waiting for a time-out.
 *
 * 1. A short break is waited out: `graceMs` from its beginning.
 * 2. Work in hand when the broker goes is answered too, once the grace is over; what it does afterwards is not awaited.
 */
export class Broker {
  private downSince: number | undefined;
  private readonly waiting = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly graceMs = 2_000,
  ) {
    void this.follow();
  }

  /** Why nothing can be asked at present; undefined while all is well. */
  get trouble(): string | undefined {
    if (this.connection.isClosed()) return 'the connection to the broker is closed';
    return this.downSince === undefined ? undefined : 'the broker cannot be reached';
  }

  /** Does work that needs the broker. Throws BrokerGoneError when it stays away for longer than the grace. */
  async whileThere<T>(doing: string, work: () => Promise<T>): Promise<T> {
    if (this.isOver()) throw new BrokerGoneError(doing);
    let giveUp = (): void => undefined;
    const gone = new Promise<never>((_, reject) => {
      giveUp = () => reject(new BrokerGoneError(doing));
      this.waiting.add(giveUp);
    });
    try {
      return await Promise.race([work(), gone]);
    } finally {
      this.waiting.delete(giveUp);
    }
  }

  private isOver(): boolean {
    return this.downSince !== undefined && Date.now() - this.downSince >= this.graceMs;
  }

  private async follow(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect') this.down();
      if (type === 'reconnect') this.up();
    }
    this.up();
  }

  private down(): void {
    if (this.downSince !== undefined) return;
    this.downSince = Date.now();
    this.timer = setTimeout(() => this.waiting.forEach((giveUp) => giveUp()), this.graceMs);
    this.timer.unref();
  }

  private up(): void {
    this.downSince = undefined;
    clearTimeout(this.timer);
  }
}
