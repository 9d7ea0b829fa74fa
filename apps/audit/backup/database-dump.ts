import { createReadStream } from 'node:fs';
import type { mongo } from 'mongoose';
import mongoose from 'mongoose';

const { BSON } = mongoose.mongo;
const BATCH = 500;
const LENGTH_BYTES = 4;
/** What the driver makes of numbers is not what stands in the document. */
const AS_IT_IS = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
} as const;

/** Hands over a collection as BSON, one document behind the other, as mongodump writes it. Gives their number. */
export async function dumpCollection(
  collection: mongo.Collection,
  take: (document: Uint8Array) => Promise<void>,
): Promise<number> {
  let documents = 0;
  const cursor = collection.find({}, { raw: true }).sort({ _id: 1 });
  for await (const raw of cursor) {
    await take(raw as unknown as Uint8Array);
    documents++;
  }
  return documents;
}

/** Puts the documents of a file into an empty collection. Gives their number. */
export async function loadCollection(collection: mongo.Collection, path: string): Promise<number> {
  let documents = 0;
  let batch: mongo.Document[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await collection.insertMany(batch, { ordered: true });
    documents += batch.length;
    batch = [];
  };
  for await (const raw of documentsOf(path)) {
    batch.push(BSON.deserialize(raw, AS_IT_IS));
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  return documents;
}

async function* documentsOf(path: string): AsyncIterable<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const piece of createReadStream(path)) {
    rest = Buffer.concat([rest, piece as Buffer]);
    while (rest.length >= LENGTH_BYTES) {
      const length = rest.readInt32LE(0);
      if (rest.length < length) break;
      yield rest.subarray(0, length);
      rest = rest.subarray(length);
    }
  }
  if (rest.length > 0) throw new Error(`${path} ends in the middle of a document`);
}
