import type { Connection } from 'mongoose';
import { collectionsOf } from '../projection/collections.js';
import type { LeaseRecord } from '../records/lease.record.js';

const DONE = 'flow_runs.inLog is set';

/** Marks, once for all audits, the records that were made before they said whether the log holds their runs. */
export async function markInLog(connection: Connection): Promise<void> {
  const leases = connection.collection<LeaseRecord>('audit_leases');
  if (await leases.findOne({ _id: DONE })) return;
  await collectionsOf(connection).flowRuns.updateMany(
    { inLog: { $exists: false } },
    { $set: { inLog: true } },
  );
  await leases.updateOne(
    { _id: DONE },
    { $set: { holder: 'all', until: new Date(8_640_000_000_000_000) } },
    { upsert: true },
  );
}
