import { type ProcessRecord, readRecords } from './process-records.js';
import { isAlive } from './process-stamp.js';
import type { ServerKind } from './server-kind.js';

/** What is known about a server that was started under a home folder. */
export interface ServerStatus extends ProcessRecord {
  readonly name: ServerKind['name'];
  readonly alive: boolean;
}

/** Tells of each server that was started under `home` and not stopped whether it lives. */
export async function serverStatus(home: string): Promise<ServerStatus[]> {
  const records = Object.entries(await readRecords(home)) as [ServerKind['name'], ProcessRecord][];
  return Promise.all(
    records.map(async ([name, record]) => ({ ...record, name, alive: await isAlive(record) })),
  );
}
