import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';

const WITHIN_MS = 45_000;
const LOOK_EVERY_MS = 200;

/** Waits until the audit says that it has folded the log up to a sequence; false when it does not get there. */
export async function awaitAudit(uri: string, seq: number): Promise<boolean> {
  const giveUpAt = performance.now() + WITHIN_MS;
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 10_000 });
  try {
    const positions = (await client.connect()).db().collection<{ _id: string; seq: number }>('positions');
    while (performance.now() < giveUpAt) {
      const position = await positions.findOne({ _id: 'audit_runs' });
      if ((position?.seq ?? 0) >= seq) return true;
      await delay(LOOK_EVERY_MS);
    }
    return false;
  } finally {
    await client.close();
  }
}
