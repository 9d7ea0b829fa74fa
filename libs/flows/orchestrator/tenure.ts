import { setTimeout as delay } from 'node:timers/promises';
import type { RunLog, Subscription } from '#libs/run-log';
import type { ActorEnvironment } from './actor-environment.js';
import type { IdleRuns } from './idle-runs.js';
import { Partition, type TakenTriggers } from './partition.js';

/**
 * The time for which this process works on one partition, from taking it to handing it over or losing it. Copies of
 * runs do not outlive it: whoever takes the partition next, this process too, reads each run from the log again.
 */
export class Tenure {
  readonly partition: Partition;
  private readonly over = new AbortController();
  private reader: Subscription | undefined;
  private lost = false;

  constructor(
    readonly number: number,
    environment: Omit<ActorEnvironment, 'pause'>,
    taken: TakenTriggers,
    idleRuns: IdleRuns,
  ) {
    const { signal } = this.over;
    const pause = (ms: number) => delay(ms, true, { signal, ref: false }).catch(() => false);
    this.partition = new Partition({ ...environment, pause }, taken, idleRuns, () => performance.now());
  }

  async begin(log: RunLog): Promise<void> {
    const reader = await log.orchestrate(
      this.number,
      (delivery) => {
        // What comes too late is handed out again, to whoever has the partition now.
        if (!this.lost) this.partition.take(delivery);
      },
      async (problem) => {
        // Not to be taken for settled: whoever has the partition now may be able to read it.
        if (this.lost) throw new Error(`partition ${this.number} is another's by now`);
        await this.partition.takeUnreadable(problem);
      },
    );
    if (this.lost) await reader.close();
    else this.reader = reader;
  }

  /** Takes what is on its way, settles everything in hand, and lets go. */
  async handOver(): Promise<void> {
    await this.reader?.close();
    this.over.abort();
    await this.partition.settled();
    this.partition.drop();
  }

  /** Lets go at once. What is under way is refused by the fence wherever somebody else was first. */
  lose(): void {
    this.lost = true;
    this.over.abort();
    this.partition.drop();
    void this.reader?.close();
  }
}
