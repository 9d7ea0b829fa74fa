import type { Connection, mongo } from 'mongoose';
import mongoose from 'mongoose';
import type { LeaseRecord } from '../records/lease.record.js';

const DUPLICATE_KEY = 11_000;

/**
 * Lets one of several audits do something at a time. It saves work, and no more: two may hold it for a moment where
 * their clocks disagree, so what is done under it must be safe to do twice.
 */
export class Lease {
  private readonly leases: mongo.Collection<LeaseRecord>;

  constructor(
    connection: Connection,
    private readonly name: string,
    /** Names this process. */
    private readonly me: string,
    private readonly lifeMs: number,
  ) {
    this.leases = connection.collection<LeaseRecord>('audit_leases');
  }

  /** Takes it or makes it last longer; false while another holds it. */
  async take(now: number): Promise<boolean> {
    try {
      await this.leases.updateOne(
        { _id: this.name, $or: [{ holder: this.me }, { until: { $lte: new Date(now) } }] },
        { $set: { holder: this.me, until: new Date(now + this.lifeMs) } },
        { upsert: true },
      );
      return true;
    } catch (error) {
      // There is one already, and it is another's.
      if (error instanceof mongoose.mongo.MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  async giveBack(): Promise<void> {
    await this.leases.deleteOne({ _id: this.name, holder: this.me });
  }
}
