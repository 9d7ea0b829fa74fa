import type { Connection } from 'mongoose';
import { ensureIndexes } from '#libs/mongo';
import type { ConnectionLog } from '#libs/mongo';
import type { RunLog } from '#libs/run-log';
import { rebuild } from '../rebuild/rebuild.js';
import type { Rebuilt } from '../rebuild/rebuild.js';
import type { RebuildProgress } from '../rebuild/rebuild-progress.js';
import type { Clock } from './clock.js';
import { collectionsOf } from './collections.js';
import { foldCalls } from './fold-calls.js';
import { foldLive } from './fold-live.js';
import { foldRuns } from './fold-runs.js';
import { LostCallsWatch } from './lost-calls.js';
import { PROJECTION } from './names.js';
import { Positions } from './positions.js';
import { Projector } from './projector.js';
import type { Tally } from './tally.js';

/** Outcomes are stored some moments after the deadline at the latest. */
const LOST_GRACE_MS = 5_000;
/** What a rebuild may take before others fold again, and how long one of them may still be at a batch. */
const REBUILD_MAY_TAKE_MS = 3_600_000;
const OTHERS_BATCH_MS = 5_000;

export interface ProjectionsParts {
  readonly connection: Connection;
  readonly log: RunLog;
  readonly clock: Clock;
  readonly tally: Tally;
  /** Names this process. */
  readonly me: string;
  /** How often to look for lost calls. */
  readonly lostEveryMs: number;
}

/** The three streams on their way into the database, and what goes with them. */
export class Projections {
  readonly runs: Projector<'RUN'>;
  readonly calls: Projector<'CALLS'>;
  readonly live: Projector<'LIVE'>;
  private readonly positions: Positions;
  private readonly lostCalls: LostCallsWatch;
  private readonly stopping = new AbortController();

  constructor(private readonly parts: ProjectionsParts) {
    const { connection, log, clock, tally, me, lostEveryMs } = parts;
    const collections = collectionsOf(connection);
    this.positions = new Positions(collections.positions, me);
    const shared = { log, clock, tally, positions: this.positions };
    this.runs = new Projector({
      ...shared,
      name: PROJECTION.RUN,
      stream: 'RUN',
      fold: (batch) => foldRuns(collections, batch, tally),
    });
    this.calls = new Projector({
      ...shared,
      name: PROJECTION.CALLS,
      stream: 'CALLS',
      fold: (batch) => foldCalls(collections, batch, tally),
    });
    this.live = new Projector({
      ...shared,
      name: PROJECTION.LIVE,
      stream: 'LIVE',
      fold: (batch) => foldLive(collections, batch, tally),
    });
    this.lostCalls = new LostCallsWatch(
      collections.taskRuns,
      () => this.callsKnownUntil(),
      clock,
      lostEveryMs,
      tally,
    );
  }

  /** Needs the database to be there. */
  async start(log: ConnectionLog): Promise<void> {
    await ensureIndexes(this.parts.connection, log);
    await Promise.all([this.runs.start(), this.calls.start(), this.live.start()]);
    this.lostCalls.start();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.runs.close(), this.calls.close(), this.live.close(), this.lostCalls.close()]);
  }

  /** Why a stream is not folded, in a sentence; undefined where all are. */
  get trouble(): string | undefined {
    for (const { stream, halted, isFollowing } of [this.runs, this.calls, this.live]) {
      if (halted) return `${stream} is not folded: ${halted.message}`;
      if (!isFollowing) return `${stream} is not followed yet`;
    }
    return undefined;
  }

  /** Records the calls that are lost by now. */
  lookForLostCalls(): Promise<number> {
    return this.lostCalls.look();
  }

  /** Folds the whole log again. Nobody else folds meanwhile, in this process or another. */
  async rebuild(onProgress?: (progress: RebuildProgress) => void): Promise<Rebuilt> {
    const rebuilt = await this.runs.pausing(() =>
      this.calls.pausing(() => this.live.pausing(() => this.rebuildAlone(onProgress))),
    );
    await Promise.all([this.runs.resume(), this.calls.resume(), this.live.resume()]);
    return rebuilt;
  }

  private async rebuildAlone(onProgress?: (progress: RebuildProgress) => void): Promise<Rebuilt> {
    const { connection, log, clock, tally } = this.parts;
    const until = clock.now() + REBUILD_MAY_TAKE_MS;
    const names = Object.entries(PROJECTION);
    const others = await Promise.all(
      names.map(([stream, name]) => this.positions.reserve(name, stream, until)),
    );
    try {
      if (others.some(Boolean)) await clock.sleep(OTHERS_BATCH_MS, this.stopping.signal);
      const rebuilt = await rebuild(connection, log, clock.now() - LOST_GRACE_MS, tally, onProgress);
      for (const { stream, epoch, seq, time } of rebuilt.ends)
        await this.positions.place(PROJECTION[stream], { stream, epoch, seq }, time);
      await this.followNewLive();
      return rebuilt;
    } finally {
      await Promise.all(names.map(([, name]) => this.positions.release(name)));
    }
  }

  /** Nothing is rebuilt out of LIVE; where it was made anew, it is followed from its beginning. */
  private async followNewLive(): Promise<void> {
    const { epoch, lastSeq } = await this.parts.log.info('LIVE');
    const stored = await this.positions.read(PROJECTION.LIVE);
    if (stored?.epoch && (stored.epoch !== epoch || stored.seq > lastSeq))
      await this.positions.place(PROJECTION.LIVE, { stream: 'LIVE', epoch, seq: 0 }, null);
  }

  private async callsKnownUntil(): Promise<number> {
    const { clock, log } = this.parts;
    const now = clock.now();
    const { lastSeq } = await log.info('CALLS');
    return (this.calls.reached >= lastSeq ? now : this.calls.time) - LOST_GRACE_MS;
  }
}
