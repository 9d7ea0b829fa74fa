import { Logger } from '@nestjs/common';
import type { Connection } from 'mongoose';
import type { Archiver } from '../archive/archiver.js';
import type { RunArchive } from '../archive/run-archive.js';
import type { Clock } from '../projection/clock.js';
import type { Collections } from '../projection/collections.js';
import { IN_LOG } from '../records/run-archive.record.js';
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
const MOST_PUT_OFF = 2_000;
const PRESSING_EVERY_MS = 1_000;

/** Moves finished runs from the log into the archive, and out of it, as their time comes. */
export class Retention {
  private readonly logger = new Logger('Audit');
  /** When to look again at runs that had to stay. */
  private readonly later = new Map<string, number>();
  private marked = false;

  constructor(private readonly parts: RetentionParts) {}

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
    for (const [runId, at] of this.later) if (at <= now) this.later.delete(runId);
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
    const { collections, archiver, pressure, settings } = this.parts;
    if (settings.archiveAfterMs === undefined) return { archived: 0, waiting: 0, more: false };
    const endedBefore = now - settings.archiveAfterMs;
    const due = await collections.flowRuns
      .find(
        { inLog: true, finishedAt: { $lt: new Date(endedBefore) }, _id: { $nin: [...this.later.keys()] } },
        { projection: { _id: 1 } },
      )
      .sort({ finishedAt: 1, _id: 1 })
      .limit(BATCH)
      .toArray();
    let archived = 0;
    let waiting = 0;
    await inPieces(due, pressure.pressing ? PRESSING_AT_ONCE : AT_ONCE, signal, async ({ _id }) => {
      const became = await archiver.archive(_id, endedBefore, now);
      if (became === 'archived') archived++;
      if (became === 'archived' || became === 'gone') return;
      waiting++;
      this.putOff(_id, now);
      if (became === 'cannot be read')
        this.logger.warn(
          `run ${_id} stays in the log: this build cannot read all of it, so it cannot be archived`,
        );
    });
    return { archived, waiting, more: due.length === BATCH && archived > 0 };
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
          _id: { $nin: [...this.later.keys()] },
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
      else this.putOff(head._id, now);
    });
    return freed;
  }

  private async deleteDue(now: number, signal: AbortSignal | undefined): Promise<number> {
    const { connection, archive, settings } = this.parts;
    if (settings.deleteAfterMs === undefined) return 0;
    const due = await archive.heads
      .find(
        { inLog: IN_LOG.nothing, endedAt: { $lt: new Date(now - settings.deleteAfterMs) } },
        { projection: { _id: 1 } },
      )
      .sort({ endedAt: 1 })
      .limit(BATCH)
      .toArray();
    await inPieces(due, AT_ONCE, signal, async ({ _id }) => {
      // The archive last: while it is there, the next turn finds what is left of the rest.
      if (settings.deleteRecords) await forgetRecords(connection, _id);
      await archive.remove(_id);
    });
    if (settings.deleteRecords) await forgetCalls(connection, now - settings.deleteAfterMs);
    return due.length;
  }

  /** Counts the runs that have ended and that the log still holds. */
  finishedInLog(): Promise<number> {
    return this.parts.collections.flowRuns.countDocuments({ inLog: true, finishedAt: { $type: 'date' } });
  }

  private putOff(runId: string, now: number): void {
    if (this.later.size < MOST_PUT_OFF)
      this.later.set(runId, now + LOOK_AGAIN_ROUNDS * this.parts.settings.everyMs);
  }

  /** Records of an earlier build do not say that the log holds their runs. */
  private async markEarlier(): Promise<void> {
    if (this.marked) return;
    await markInLog(this.parts.connection);
    this.marked = true;
  }
}

async function inPieces<T>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < items.length && !signal?.aborted; at += atOnce)
    await Promise.all(items.slice(at, at + atOnce).map(work));
}
