import mongoose from 'mongoose';
import { syntheticJobs } from './synthetic-jobs.js';
import type { SyntheticJob } from './synthetic-jobs.js';

/** Jobs that the scraper reads and writes together, unless told otherwise. */
const BATCH = 100;
const WHOLE = 500;

/** The collection of jobs, as the bench fills it and as a bare version of the work uses it. */
export class StoredJobs {
  private constructor(private readonly connection: mongoose.Connection) {}

  static async open(uri: string): Promise<StoredJobs> {
    return new StoredJobs(await mongoose.createConnection(uri).asPromise());
  }

  private get jobs() {
    return this.connection.collection<SyntheticJob>('jobs');
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Puts new jobs in the place of all that are there; gives their ids. */
  async fill(count: number, userId: string): Promise<string[]> {
    await this.jobs.deleteMany({});
    const made = [...syntheticJobs(count, userId)];
    for (let from = 0; from < count; from += WHOLE)
      await this.jobs.insertMany(made.slice(from, from + WHOLE));
    return made.map(({ _id }) => _id);
  }

  /** Reads every job whole and writes a small reading into it, batch by batch; takes milliseconds. */
  async readAndWrite(ids: readonly string[]): Promise<number> {
    const begun = performance.now();
    for (let from = 0; from < ids.length; from += BATCH) {
      const batch = ids.slice(from, from + BATCH);
      const found = await this.jobs.find({ _id: { $in: batch } }).toArray();
      await this.jobs.bulkWrite(
        found.map(({ _id, title }) => ({
          updateOne: {
            filter: { _id },
            update: { $set: { bare: { title, skills: ['a', 'b'], at: begun } } },
          },
        })),
        { ordered: false },
      );
    }
    return performance.now() - begun;
  }

  /** Reads what is scored of every job, and nothing else; takes milliseconds. */
  async readScored(userId: string): Promise<number> {
    const begun = performance.now();
    const fields = { title: 1, company: 1, locations: 1, opening: 1, processing: 1 };
    const cursor = this.jobs.find({ userId }, { projection: fields, batchSize: WHOLE });
    for await (const job of cursor) if (job._id === '') break;
    return performance.now() - begun;
  }
}
