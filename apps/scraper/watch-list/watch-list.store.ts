import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { TerminalError } from '#libs/operations';
import { isRead } from '../sources/page-outcome.js';
import type { WatchedBoard } from '../sources/source.js';
import type { VisitedPage } from '../sources/visit.js';
import { WatchedEmployer } from './watched-employer.schema.js';

/** A search asks them one after another. */
const MOST_WATCHED = 500;

export interface WatchListOwner {
  readonly userId: string;
  readonly testMode: boolean;
}

export interface BoardKey extends WatchListOwner {
  readonly source: string;
  readonly board: string;
}

/** The watch-list is as long as it may be. */
export class WatchListFullError extends TerminalError {
  constructor(readonly most: number) {
    super('scraper/watch-list-full', `the watch-list holds ${most} employers already, which is the most`);
  }
}

/** Keeps the employers that people watch. */
@Injectable()
export class WatchListStore {
  constructor(@InjectModel(WatchedEmployer.name) private readonly employers: Model<WatchedEmployer>) {}

  /** Adds an employer, or gives it another name. Throws WatchListFullError. */
  async add(
    key: BoardKey,
    name: string | null,
    now: Date,
  ): Promise<{ employer: WatchedEmployer; added: boolean }> {
    const { userId, testMode } = key;
    const _id = idOf(key);
    const before = await this.employers.exists({ _id });
    if (!before && (await this.employers.countDocuments({ userId, testMode })) >= MOST_WATCHED)
      throw new WatchListFullError(MOST_WATCHED);
    const employer = await this.employers
      .findOneAndUpdate(
        { _id },
        { $set: name === null ? {} : { name }, $setOnInsert: { ...key, watchedSince: now } },
        { upsert: true, returnDocument: 'after', setDefaultsOnInsert: true },
      )
      .lean<WatchedEmployer>()
      .exec();
    return { employer, added: before === null };
  }

  /** Finds an employer; null where it is not watched. */
  async get(key: BoardKey): Promise<WatchedEmployer | null> {
    return this.employers
      .findOne({ _id: idOf(key) })
      .lean<WatchedEmployer>()
      .exec();
  }

  /** Takes an employer off the list; false where it was not on it. */
  async remove(key: BoardKey): Promise<boolean> {
    const { deletedCount } = await this.employers.deleteOne({ _id: idOf(key) }).exec();
    return deletedCount > 0;
  }

  /** Lists a person's employers by source and board. */
  async list({ userId, testMode }: WatchListOwner, source?: string): Promise<WatchedEmployer[]> {
    return this.employers
      .find({ userId, testMode, ...(source === undefined ? {} : { source }) })
      .sort({ source: 1, board: 1 })
      .lean<WatchedEmployer[]>()
      .exec();
  }

  /** The boards of one source that a search asks. */
  async boardsOf(owner: WatchListOwner, source: string): Promise<WatchedBoard[]> {
    const employers = await this.list(owner, source);
    return employers.map(({ board, name }) => ({ board, name }));
  }

  /** Remembers how the lists of watched boards came out; boards that nobody watches are passed over. */
  async note(owner: WatchListOwner, source: string, pages: readonly VisitedPage[]): Promise<void> {
    for (const { board, kind, outcome, fetchedAt, error } of pages) {
      if (board === undefined || kind !== 'list') continue;
      const seen = { lastOutcome: outcome, lastAskedAt: fetchedAt, lastMessage: error?.message ?? null };
      await this.employers
        .updateOne(
          { _id: idOf({ ...owner, source, board }) },
          { $set: isRead(outcome) ? { ...seen, lastSuccessAt: fetchedAt } : seen },
        )
        .exec();
    }
  }
}

function idOf({ userId, testMode, source, board }: BoardKey): string {
  const key = JSON.stringify([userId, testMode, source, board]);
  return `watch_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}
