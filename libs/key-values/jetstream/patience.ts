import type { NatsConnection } from '@nats-io/transport-node';
import { KeyValuesUnavailableError, StorageFullError } from '../errors.js';
import { openBucket } from './bucket-stream.js';
import type { OpenBucket } from './bucket-stream.js';
import { isFull, isPassing } from './refusals.js';

export interface PatienceOptions {
  /** Copies in a cluster; by default as many as the run log has. */
  readonly replicas?: number;
  /** How long one try waits for its answer; 2,000 ms by default. */
  readonly attemptMs?: number;
  /** How long tries go on before KeyValuesUnavailableError; 10,000 ms by default. */
  readonly unavailableAfterMs?: number;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Opens a bucket when it is first asked for something, and repeats what the broker did not answer. */
export class Patience {
  private opened: Promise<OpenBucket> | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly bucket: string,
    private readonly options: PatienceOptions,
  ) {}

  /** `tries` above 1 tells the work that an earlier try may have taken effect unseen. */
  async ask<T>(work: (open: OpenBucket, tries: number) => Promise<T>): Promise<T> {
    const giveUpAt = performance.now() + (this.options.unavailableAfterMs ?? 10_000);
    for (let tries = 1; ; tries++) {
      try {
        this.opened ??= this.open();
        return await work(await this.opened, tries);
      } catch (cause) {
        if (isFull(cause)) throw new StorageFullError(this.bucket, { cause });
        const closed = this.connection.isClosed();
        if (!closed && !isPassing(cause)) throw cause;
        this.opened = undefined;
        const pause = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
        if (closed || performance.now() + pause >= giveUpAt)
          throw new KeyValuesUnavailableError(this.bucket, { cause });
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  private open(): Promise<OpenBucket> {
    const { replicas, attemptMs = 2_000 } = this.options;
    return openBucket(this.connection, this.bucket, replicas, attemptMs);
  }
}
