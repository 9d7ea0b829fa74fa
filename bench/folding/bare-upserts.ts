import mongoose from 'mongoose';
import { PAYLOAD_BYTES } from '../no-op/echo.contract.js';

const BATCH = 500;

/** Upserts small documents in batches, without anything that reads or folds; returns how many a second. */
export async function bareUpserts(uri: string, documents: number): Promise<number> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    const collection = connection.collection<{ _id: string; text: string; status: string }>('bare_upserts');
    const text = 'x'.repeat(PAYLOAD_BYTES);
    const begun = performance.now();
    for (let first = 0; first < documents; first += BATCH) {
      const writes = Array.from({ length: BATCH }, (_, nth) => ({
        updateOne: {
          filter: { _id: `document-${first + nth}` },
          update: { $set: { text, status: 'success' } },
          upsert: true,
        },
      }));
      await collection.bulkWrite(writes, { ordered: false });
    }
    return (documents * 1_000) / (performance.now() - begun);
  } finally {
    await connection.close();
  }
}
