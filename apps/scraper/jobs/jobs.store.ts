import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose from 'mongoose';
import type { Model } from 'mongoose';
import type { Posting } from '../sources/posting.js';
import { Job } from './job.schema.js';
import { upsertOf } from './upsert-of.js';
import type { JobUpsert, Keeper } from './upsert-of.js';

export interface Stored {
  /** In the order of the postings. */
  readonly jobIds: string[];
  readonly created: number;
  readonly updated: number;
}

const DUPLICATE_KEY = 11000;
const BATCH = 500;

/** Writes what searches found; the only writer of boards' facts in `jobs`. */
@Injectable()
export class JobsStore {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /**
   * Adds each posting to a person's jobs or refreshes it. Safe to repeat, and beside another search: what the same
   * task run has added in an earlier attempt still counts as created.
   */
  async keep(postings: readonly Posting[], keeper: Keeper): Promise<Stored> {
    const upserts = postings.map((posting) => upsertOf(posting, keeper));
    const jobIds = upserts.map(({ filter }) => filter._id);
    for (let from = 0; from < upserts.length; from += BATCH)
      await this.write(upserts.slice(from, from + BATCH));
    const created = await this.jobs
      .countDocuments({ _id: { $in: jobIds }, foundBy: keeper.taskRunId })
      .exec();
    return { jobIds, created, updated: jobIds.length - created };
  }

  private async write(upserts: readonly JobUpsert[]): Promise<void> {
    const writes = upserts.map(({ filter, update }) => ({ updateOne: { filter, update, upsert: true } }));
    try {
      await this.jobs.bulkWrite(writes, { ordered: false });
    } catch (error) {
      if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
      // Two searches have inserted the same job at once: the loser's second try finds it and updates.
      const failed = [error.writeErrors].flat();
      if (failed.length === 0 || failed.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
      await this.jobs.bulkWrite(
        failed.flatMap(({ index }) => writes[index] ?? []),
        { ordered: false },
      );
    }
  }
}
