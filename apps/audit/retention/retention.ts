import { Logger } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { isUnavailable } from '#libs/mongo';
import type { Archived, Archiver } from '../archive/archiver.js';
import type { RunArchive } from '../archive/run-archive.js';
import type { Clock } from '../projection/clock.js';
import type { Collections } from '../projection/collections.js';
import { PROJECTION } from '../projection/names.js';
import { IN_LOG } from '../records/run-archive.record.js';
import { DueRuns } from './due-runs.js';
import { archivedRuns, deletedRuns } from './figures.js';
import { forgetCalls, forgetRecords } from './forget-records.js';
import type { LogPressure } from './log-pressure.js';
import { markInLog } from './mark-in-log.js';
import type { RetentionSettings } from './retention-settings.js';

export interface RetentionParts {
  readonly connection: Connection;
  readonly collections: Collections;
  readonly archive: RunArchive;
  readonly archiver: Archiver;
  readonly pressure: LogPressure;
  readonly clock: Clock;
  readonly settings: RetentionSettings;
}

/** What one turn has done. */
export interface Turn {
  readonly archived: number;
  /** Runs whose ids are free again. */
  readonly freed: number;
  readonly deleted: number;
  /** Runs that are due and stay for now. */
  readonly waiting: number;
  /** True where more is due than a turn takes. */
  readonly more: boolean;
}

/** So many runs a turn, so many of them at a time: a turn is short, and holds little in memory. */
const BATCH = 200;
const AT_ONCE = 4;
const PRESSING_AT_ONCE = 16;
/** Runs that had to stay are looked at again after so many rounds, and do not stand before the others meanwhile. */
const LOOK_AGAIN_ROUNDS = 10;
const DAY_MS = 86_400_000;
const PRESSING_EVERY_MS = 1_000;

/** Moves finished runs from the log into the archive, and out of it, as their time comes. */
export class Retention {
  private readonly logger = new Logger('Audit');
  private readonly dueRuns: DueRuns;
  private marked = false;

  constructor(private readonly parts: RetentionParts) {
    const { collections, settings } = parts;
    this.dueRuns = new DueRuns(collections.flowRuns, LOOK_AGAIN_ROUNDS * settings.everyMs);
  }

  /** Does one turn, and says how long to wait for the next. */
  async round(signal?: AbortSignal): Promise<number> {
    const { pressure, settings } = this.parts;
    await pressure.look();
    const turn = await this.turn(signal);
    if (turn.archived + turn.freed + turn.deleted > 0)
      this.logger.log(
        `archived ${turn.archived} runs, freed the ids of ${turn.freed}, deleted ${turn.deleted} for good; ` +
          `${turn.waiting} are due and stay for now`,
      );
    archivedRuns.add(turn.archived);
    deletedRuns.add(turn.deleted);
    if (turn.more) return 0;
    return pressure.pressing ? Math.min(PRESSING_EVERY_MS, settings.everyMs) : settings.everyMs;
  }

  /** Archives, frees and deletes what is due, so many runs of each. */
  async turn(signal?: AbortSignal): Promise<Turn> {
    const now = this.parts.clock.now();
    await this.markEarlier();
    const { archived, waiting, more } = await this.archiveDue(now, signal);
    const freed = await this.freeDue(now, signal);
    const deleted = await this.deleteDue(now, signal);
    return { archived, waiting, freed, deleted, more: more || freed === BATCH || deleted === BATCH };
  }

  private async archiveDue(
    now: number,
    signal: AbortSignal | undefined,
  ): Promise<Pick<Turn, 'archived' | 'waiting' | 'more'>> {
    const { pressure, settings } = this.parts;
    if (settings.archiveAfterMs === undefined) return { archived: 0, waiting: 0, more: false };
    const endedBefore = now - settings.archiveAfterMs;
    const due = await this.dueRuns.next(endedBefore, now, BATCH);
    let archived = 0;
    let waiting = 0;
    await inPieces(due, pressure.pressing ? PRESSING_AT_ONCE : AT_ONCE, signal, async ({ _id }) => {
      const became = await this.archiveOne(_id, endedBefore, now);
      if (became === 'archived') archived++;
      else if (became !== 'gone') waiting++;
    });
    const last = due.at(-1);
    if (last && !signal?.aborted && (waiting > 0 || this.dueRuns.hasPassed)) this.dueRuns.pass(last, now);
    return { archived, waiting, more: due.length === BATCH };
  }

  /** A run that cannot be archived does not keep others from it; what is away does. */
  private async archiveOne(runId: string, endedBefore: number, now: number): Promise<Archived | 'failed'> {
    try {
      const became = await this.parts.archiver.archive(runId, endedBefore, now);
      if (became === 'cannot be read')
        this.logger.warn(
          `run ${runId} stays in the log: this build cannot read all of it, so it cannot be archived`,
        );
      return became;
    } catch (error) {
      if (isUnavailable(error) || isForNow(error)) throw error;
      this.logger.error(`run ${runId} stays in the log: it cannot be archived: ${String(error)}`);
      return 'failed';
    }
  }

  private async freeDue(now: number, signal: AbortSignal | undefined): Promise<number> {
    const { archive, archiver, settings } = this.parts;
    const crashed = await archive.heads
      .find({ inLog: IN_LOG.whole }, { projection: { data: 0 } })
      .limit(BATCH)
      .toArray();
    await inPieces(crashed, 1, signal, (head) => archiver.letGo(head));
    const due = await archive.heads
      .find(
        {
          inLog: IN_LOG.ends,
          endedAt: { $lt: new Date(now - settings.keepIdsMs) },
          // What had to stay does not stand before the rest: of a flow that goes on for ever, no end is free.
          notBefore: { $not: { $gt: new Date(now) } },
        },
        { projection: { data: 0 } },
      )
      .sort({ endedAt: 1 })
      .limit(BATCH)
      .toArray();
    let freed = 0;
    // The last of a chain first: each is needed by those before it.
    await inPieces(due.reverse(), 1, signal, async (head) => {
      if (await archiver.free(head)) freed++;
      else await archive.putOff(head._id, now + DAY_MS);
    });
    return freed;
  }

  private async deleteDue(now: number, signal: AbortSignal | undefined): Promise<number> {
    const { connection, archive, settings } = this.parts;
    // What a rebuild has read already would come back with it.
    if (settings.deleteAfterMs === undefined || (await this.isBeingRebuilt(now))) return 0;
    const due = await archive.heads
      .find(
        { inLog: IN_LOG.nothing, endedAt: { $lt: new Date(now - settings.deleteAfterMs) } },
        { projection: { endedAt: 1 } },
      )
      .sort({ endedAt: 1 })
      .limit(BATCH)
      .toArray();
    await inPieces(due, AT_ONCE, signal, async ({ _id, endedAt }) => {
      // The archive last: while it is there, the next turn finds what is left of the rest.
      if (settings.deleteRecords) await forgetRecords(connection, _id, endedAt);
      await archive.remove(_id);
    });
    if (settings.deleteRecords) await forgetCalls(connection, now - settings.deleteAfterMs);
    return due.length;
  }

  /** Counts the runs that have ended and that the log still holds. */
  finishedInLog(): Promise<number> {
    return this.parts.collections.flowRuns.countDocuments({ inLog: true, finishedAt: { $type: 'date' } });
  }

  private async isBeingRebuilt(now: number): Promise<boolean> {
    const position = await this.parts.collections.positions.findOne({ _id: PROJECTION.RUN });
    return (position?.rebuiltBy ?? null) !== null && (position?.rebuiltUntil?.getTime() ?? 0) > now;
  }

  /** Records of an earlier build do not say that the log holds their runs. */
  private async markEarlier(): Promise<void> {
    if (this.marked) return;
    await markInLog(this.parts.connection);
    this.marked = true;
  }
}

const isForNow = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'disposition' in error && error.disposition === 'retry';

async function inPieces<T>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < items.length && !signal?.aborted; at += atOnce)
    await Promise.all(items.slice(at, at + atOnce).map(work));
}
