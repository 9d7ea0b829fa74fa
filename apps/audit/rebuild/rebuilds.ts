import type { Connection, mongo } from 'mongoose';
import mongoose from 'mongoose';
import type { RebuildAuditOutput, RebuildStateDto } from '#libs/contracts';
import { PlatformError } from '#libs/run-log';
import type { Clock } from '../projection/clock.js';
import type { RebuildRecord } from '../records/rebuild.record.js';
import type { RebuildProgress } from './rebuild-progress.js';

/** Somebody rebuilds just now. */
export class RebuildRunningError extends PlatformError {
  readonly code = 'audit/rebuild-running';
  readonly disposition = 'terminal';
  constructor() {
    super('the records are being rebuilt already; GET /audit/rebuild tells how far it is');
  }
}

const LATEST = 'latest';
/** Who has not been heard of for so long has died; a batch takes much less. */
const ALIVE_MS = 60_000;
const TELL_EVERY_MS = 500;
const DUPLICATE_KEY = 11_000;

/** Lets one rebuild run at a time over all audits, and tells how it stands. */
export class Rebuilds {
  private readonly records: mongo.Collection<RebuildRecord>;

  constructor(
    connection: Connection,
    private readonly clock: Clock,
    private readonly me: string,
  ) {
    this.records = connection.collection<RebuildRecord>('audit_rebuilds');
  }

  /** Does a rebuild. `begun` is called once it is this one that runs. Throws RebuildRunningError. */
  async run(
    work: (onProgress: (progress: RebuildProgress) => void) => Promise<RebuildAuditOutput>,
    begun: () => void = () => undefined,
  ): Promise<RebuildAuditOutput> {
    await this.begin();
    begun();
    let told = this.clock.now();
    let progress: RebuildProgress = { phase: 'archive', done: 0, total: 0 };
    const say = (): Promise<unknown> => {
      told = this.clock.now();
      return this.note({ progress, until: new Date(told + ALIVE_MS) });
    };
    // Some of it takes long without anything to tell.
    const ended = new AbortController();
    const living = this.tellWhile(ended.signal, say);
    try {
      const result = await work((latest) => {
        progress = latest;
        // What cannot be told now is told by the next; the rebuild itself fails where the database is gone.
        if (this.clock.now() - told >= TELL_EVERY_MS) void say().catch(() => undefined);
      });
      await this.note({ state: 'done', result, finishedAt: new Date(this.clock.now()), progress });
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await this.note({ state: 'failed', error: message, finishedAt: new Date(this.clock.now()), progress });
      throw error;
    } finally {
      ended.abort();
      await living;
    }
  }

  private async tellWhile(signal: AbortSignal, say: () => Promise<unknown>): Promise<void> {
    while (!signal.aborted) {
      await this.clock.sleep(ALIVE_MS / 4, signal).catch(() => undefined);
      if (!signal.aborted) await say().catch(() => undefined);
    }
  }

  async state(): Promise<RebuildStateDto> {
    const record = await this.records.findOne({ _id: LATEST });
    if (!record)
      return {
        state: 'none',
        phase: null,
        done: 0,
        total: 0,
        since: null,
        finishedAt: null,
        result: null,
        error: null,
      };
    const isGone = record.state === 'running' && record.until.getTime() <= this.clock.now();
    return {
      state: isGone ? 'broken off' : record.state,
      ...record.progress,
      since: record.since.toISOString(),
      finishedAt: record.finishedAt?.toISOString() ?? null,
      result: record.result,
      error: record.error,
    };
  }

  private async begin(): Promise<void> {
    const now = this.clock.now();
    try {
      await this.records.updateOne(
        { _id: LATEST, $or: [{ state: { $ne: 'running' } }, { until: { $lte: new Date(now) } }] },
        {
          $set: {
            state: 'running',
            by: this.me,
            progress: { phase: 'archive', done: 0, total: 0 },
            since: new Date(now),
            until: new Date(now + ALIVE_MS),
            finishedAt: null,
            result: null,
            error: null,
          },
        },
        { upsert: true },
      );
    } catch (error) {
      if (error instanceof mongoose.mongo.MongoServerError && error.code === DUPLICATE_KEY)
        throw new RebuildRunningError();
      throw error;
    }
  }

  private note(fields: Partial<RebuildRecord>): Promise<unknown> {
    return this.records.updateOne({ _id: LATEST, by: this.me }, { $set: fields });
  }
}
