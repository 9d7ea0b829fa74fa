import type { mongo } from 'mongoose';
import type { Position } from '#libs/run-log';
import type { PositionRecord } from '../records/position.record.js';

type Place = Omit<Position, 'seq'> & { readonly seq: number };

/** How far each projection has come, and whether somebody rebuilds. */
export class Positions {
  constructor(
    private readonly collection: mongo.Collection<PositionRecord>,
    /** Names this process. */
    private readonly me: string,
  ) {}

  async read(projection: string): Promise<PositionRecord | null> {
    return this.collection.findOne({ _id: projection });
  }

  /** Moves a projection on; never back. */
  async advance(projection: string, { stream, epoch, seq }: Position, time: number): Promise<void> {
    await this.collection.updateOne(
      { _id: projection },
      {
        $set: { stream, epoch, by: this.me },
        $max: { seq, time: new Date(time) },
        $setOnInsert: { rebuiltBy: null, rebuiltUntil: null },
      },
      { upsert: true },
    );
  }

  /** Puts a projection where a rebuild has brought it. */
  async place(projection: string, { stream, epoch, seq }: Place, time: number | null): Promise<void> {
    const at = time === null ? null : new Date(time);
    await this.collection.updateOne(
      { _id: projection },
      { $set: { stream, epoch, seq, time: at, by: this.me } },
      { upsert: true },
    );
  }

  /** Asks all others not to fold until `until`. Tells whether another process has folded before. */
  async reserve(projection: string, stream: string, until: number): Promise<boolean> {
    const before = await this.collection.findOneAndUpdate(
      { _id: projection },
      {
        $set: { rebuiltBy: this.me, rebuiltUntil: new Date(until) },
        $setOnInsert: { stream, epoch: null, seq: 0, time: null, by: null },
      },
      { upsert: true },
    );
    return before?.by !== undefined && before.by !== null && before.by !== this.me;
  }

  async release(projection: string): Promise<void> {
    await this.collection.updateOne(
      { _id: projection, rebuiltBy: this.me },
      { $set: { rebuiltBy: null, rebuiltUntil: null } },
    );
  }

  /** Tells whether another process rebuilds just now. */
  heldBack(record: PositionRecord | null, now: number): boolean {
    return (
      record?.rebuiltBy !== undefined &&
      record.rebuiltBy !== null &&
      record.rebuiltBy !== this.me &&
      (record.rebuiltUntil?.getTime() ?? 0) > now
    );
  }
}
