import { Logger } from '@nestjs/common';
import { repeatWhileAway } from '#libs/mongo';
import type { Clock } from '../projection/clock.js';
import type { Lease } from './lease.js';

export interface RoundsParts {
  /** Names the work in the log. */
  readonly what: string;
  readonly lease: Lease;
  readonly clock: Clock;
  /** Does one round, and says how long to wait for the next, in milliseconds. */
  readonly round: (signal: AbortSignal) => Promise<number>;
  /** How long to wait where another process does it, or a round has failed. */
  readonly otherwiseMs: number;
}

/** Does something over and over until it is closed, in one of several processes at a time. A failure is said, and tried again. */
export class Rounds {
  private readonly stopping = new AbortController();
  private readonly logger = new Logger('Audit');
  private running: Promise<void> | undefined;

  constructor(private readonly parts: RoundsParts) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Waits for the round in hand. */
  async close(): Promise<void> {
    this.stopping.abort();
    if (!this.running) return;
    await this.running;
    await this.parts.lease.giveBack().catch((error: unknown) => this.complain(error));
  }

  private async run(): Promise<void> {
    const { clock, otherwiseMs } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let waitMs = otherwiseMs;
      try {
        waitMs = await this.once(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.complain(error);
      }
      await clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  private once(signal: AbortSignal): Promise<number> {
    const { what, lease, clock, round, otherwiseMs } = this.parts;
    const work = async (): Promise<number> => {
      if (!(await lease.take(clock.now()))) return otherwiseMs;
      return round(signal);
    };
    return repeatWhileAway(what, work, {
      signal,
      sleep: (ms, stop) => clock.sleep(ms, stop),
      log: {
        info: (line) => this.logger.log(line),
        warn: (line) => this.logger.warn(line),
      },
    });
  }

  private complain(error: unknown): void {
    this.logger.error(`${this.parts.what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
