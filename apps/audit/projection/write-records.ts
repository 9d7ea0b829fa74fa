import mongoose from 'mongoose';
import type { mongo } from 'mongoose';

/** What one batch makes of one record. */
export interface RecordWrite {
  readonly id: string;
  /** Sequence of the last event that it holds. */
  readonly seq: number;
  /** All fields of a record that is new, else those that change. Holds no `_id`. */
  readonly set: Readonly<Record<string, unknown>>;
  readonly isNew: boolean;
}

export interface Written {
  /** Records that were there already though they were thought new: LIVE was first, or the batch came twice. */
  readonly met: ReadonlySet<string>;
  /** Records that the database refused for themselves. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

interface Guarded {
  readonly _id: string;
  readonly lastSeq: number;
}

const DUPLICATE_KEY = 11_000;

/**
 * Writes the records of a batch in one go. Each write is guarded by `lastSeq`, so that a repeat does nothing: a
 * record that is new is inserted, and where it is there already it is updated unless it holds a later event.
 * Throws what the driver throws when the database is away; the whole may be repeated then.
 */
export async function writeRecords<T extends Guarded>(
  collection: mongo.Collection<T>,
  writes: readonly RecordWrite[],
): Promise<Written> {
  if (writes.length === 0) return { met: new Set(), refused: [] };
  const first = await bulk(
    collection,
    writes.map((write) => (write.isNew ? insertion(write) : update(write))),
  );
  const met = new Set(first.duplicates.map((index) => idAt(writes, index)));
  const refused = first.refused.map(({ index, reason }) => ({ id: idAt(writes, index), reason }));
  if (met.size > 0) {
    const again = writes.filter(({ id }) => met.has(id));
    const second = await bulk(collection, again.map(update));
    refused.push(...second.refused.map(({ index, reason }) => ({ id: idAt(again, index), reason })));
  }
  return { met, refused };
}

type Operation = mongo.AnyBulkWriteOperation<Guarded>;

const insertion = ({ id, set }: RecordWrite): Operation => ({
  insertOne: { document: { _id: id, ...set } as unknown as Guarded },
});

const update = ({ id, seq, set }: RecordWrite): Operation => ({
  updateOne: { filter: { _id: id, lastSeq: { $lt: seq } }, update: { $set: set } },
});

interface BulkOutcome {
  readonly duplicates: readonly number[];
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
}

async function bulk<T extends Guarded>(
  collection: mongo.Collection<T>,
  operations: readonly Operation[],
): Promise<BulkOutcome> {
  try {
    await collection.bulkWrite(operations as mongo.AnyBulkWriteOperation<T>[], { ordered: false });
    return { duplicates: [], refused: [] };
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
    const errors = writeErrorsOf(error);
    // Without errors of single writes it is the whole that failed, say for a lost primary.
    if (errors.length === 0) throw error;
    return {
      duplicates: errors.filter(({ code }) => code === DUPLICATE_KEY).map(({ index }) => index),
      refused: errors
        .filter(({ code }) => code !== DUPLICATE_KEY)
        .map(({ index, errmsg }) => ({ index, reason: errmsg ?? 'refused' })),
    };
  }
}

/** The driver types them as one or many. */
export function writeErrorsOf(error: mongo.MongoBulkWriteError): readonly mongo.WriteError[] {
  return [error.writeErrors].flat();
}

const idAt = (writes: readonly RecordWrite[], index: number): string => writes[index]?.id ?? '';
