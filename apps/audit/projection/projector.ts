import { Logger } from '@nestjs/common';
import { repeatWhileAway } from '#libs/mongo';
import { streamSeq } from '#libs/run-log';
import type { RunLog, StoredOf, StreamName, StreamSeq, Subscription } from '#libs/run-log';
import type { Clock } from './clock.js';
import { AheadOfLogError, EpochChangedError } from './errors.js';
import { OneAtATime } from './one-at-a-time.js';
import type { Positions } from './positions.js';
import type { Tally } from './tally.js';

export const BATCH = 500;
const HELD_BACK_MS = 500;

export interface ProjectorParts<S extends StreamName> {
  readonly name: string;
  readonly stream: S;
  readonly log: RunLog;
  readonly positions: Positions;
  readonly tally: Tally;
  readonly clock: Clock;
  /** Writes a batch; may be repeated. */
  readonly fold: (batch: readonly StoredOf<S>[]) => Promise<void>;
}

/**
 * Brings a stream into the database, batch by batch.
 *
 * 1. What counts is the stored position; the broker's durable is only the means. Where the durable is ahead (the
 *    database was restored from a backup, or the broker takes for acknowledged what was not, as a filtered purge makes
 *    nats-server 2.15.2 do), what lies between is read from the stream first, at every batch.
 * 2. A changed epoch, or a stream that ends before the stored position, halts it with an alarm: nothing is skipped.
 * 3. While the database is away it waits and tries the same batch again: nothing is lost.
 * 4. One batch at a time, and none while `pausing` does something else.
 */
export class Projector<S extends StreamName> {
  private readonly gate = new OneAtATime();
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<{ readonly seq: number; readonly resolve: () => void }>();
  private readonly logger = new Logger('Audit');
  private subscription: Subscription | undefined;
  /** Why it folds no more; undefined while it does. */
  halted: Error | undefined;
  /** Sequence and stream time of the last event that was folded. */
  reached = 0;
  time = 0;

  constructor(private readonly parts: ProjectorParts<S>) {}

  get stream(): S {
    return this.parts.stream;
  }

  /** Whether it follows its stream; which process folds at present is for the broker to say. */
  get isFollowing(): boolean {
    return this.subscription !== undefined && !this.halted;
  }

  /** Begins to fold. Returns when it follows the stream, or has halted. */
  async start(): Promise<void> {
    const { name, stream, log } = this.parts;
    if (this.subscription || this.halted) return;
    try {
      await this.patiently(() => this.compare());
      this.subscription = await log.project(name, stream, BATCH, (batch) => this.take(batch));
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      if (isHalt(error)) return this.halt(error);
      throw error;
    }
    void this.subscription.closed.then(
      (reason) => reason && !this.stopping.signal.aborted && this.halt(reason),
    );
  }

  /** Resolves when the event at `seq` is in the database. */
  async reaches(seq: number): Promise<void> {
    if (this.reached < seq) await new Promise<void>((resolve) => this.waiting.add({ seq, resolve }));
  }

  /** Folds again after a halt whose reason is gone. */
  async resume(): Promise<void> {
    if (!this.halted) return;
    this.halted = undefined;
    this.subscription = undefined;
    await this.start();
  }

  /** Does something while no batch is written. */
  pausing<T>(work: () => Promise<T>): Promise<T> {
    return this.gate.run(async () => {
      const done = await work();
      await this.compare();
      return done;
    });
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.close();
  }

  /** Compares what is stored with what the stream says of itself. */
  private async compare(): Promise<void> {
    const { name, stream, log, positions } = this.parts;
    const [stored, info] = await Promise.all([positions.read(name), log.info(stream)]);
    if (stored?.epoch && stored.epoch !== info.epoch)
      throw new EpochChangedError(stream, stored.epoch, info.epoch);
    if (stored?.epoch && stored.seq > info.lastSeq)
      throw new AheadOfLogError(stream, stored.seq, info.lastSeq);
    this.reached = stored?.seq ?? 0;
    this.time = stored?.time?.getTime() ?? 0;
  }

  private take(batch: readonly StoredOf<S>[]): Promise<void> {
    return this.gate.run(() => this.patiently(() => this.fold(batch)));
  }

  private async fold(batch: readonly StoredOf<S>[]): Promise<void> {
    const { name, positions, clock } = this.parts;
    const first = batch[0];
    if (!first) return;
    let stored = await positions.read(name);
    for (; positions.heldBack(stored, clock.now()); stored = await positions.read(name))
      await clock.sleep(HELD_BACK_MS, this.stopping.signal);
    const epoch = stored?.epoch ?? first.position.epoch;
    for (const { position } of batch)
      if (position.epoch !== epoch) throw new EpochChangedError(position.stream, epoch, position.epoch);
    await this.catchUp(streamSeq(stored?.seq ?? 0), first.position.seq);
    await this.keep(batch);
  }

  /** Reads what the durable has passed by and the database does not hold. */
  private async catchUp(after: StreamSeq, before: StreamSeq): Promise<void> {
    if (before <= after + 1) return;
    const { stream, log } = this.parts;
    let pile: StoredOf<S>[] = [];
    let missed = 0;
    for await (const stored of log.readAll(stream, streamSeq(after + 1))) {
      if (stored.position.seq >= before) break;
      pile.push(stored);
      if (pile.length < BATCH) continue;
      missed += pile.length;
      await this.keep(pile);
      pile = [];
    }
    if (pile.length > 0) await this.keep(pile);
    missed += pile.length;
    if (missed > 0)
      this.logger.warn(
        `${this.parts.name}: the database was behind its reader; ${missed} messages read again`,
      );
  }

  private async keep(batch: readonly StoredOf<S>[]): Promise<void> {
    const { name, positions, fold } = this.parts;
    const last = batch.at(-1);
    if (!last) return;
    await fold(batch);
    await positions.advance(name, last.position, last.time);
    this.reached = last.position.seq;
    this.time = last.time;
    for (const waiter of this.waiting) {
      if (waiter.seq > this.reached) continue;
      this.waiting.delete(waiter);
      waiter.resolve();
    }
  }

  private patiently<T>(work: () => Promise<T>): Promise<T> {
    const { name, clock } = this.parts;
    return repeatWhileAway(name, work, {
      sleep: (ms, signal) => clock.sleep(ms, signal),
      signal: this.stopping.signal,
      log: {
        info: (line) => this.logger.log(line),
        warn: (line) => this.logger.warn(line),
      },
    });
  }

  private halt(reason: unknown): void {
    this.halted = reason instanceof Error ? reason : new Error(String(reason));
    this.parts.tally.halted(this.parts.name, reason);
  }
}

const isHalt = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'disposition' in error && error.disposition === 'halt';
