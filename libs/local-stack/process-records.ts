import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock-file.js';
import type { ProcessId } from './process-stamp.js';
import type { ServerKind } from './server-kind.js';

/** What is written down about a server that was started. */
export interface ProcessRecord extends ProcessId {
  readonly port: number;
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** The process that answers for the server and stops it; another may take over once it is gone. */
  readonly owner: ProcessId;
}

export type ProcessRecords = Partial<Record<ServerKind['name'], ProcessRecord>>;

/** Gives the path of the one file under `home` that tells which servers run. */
export function recordsFile(home: string): string {
  return path.join(home, 'servers.json');
}

/** Reads which servers were started under `home`; they may be gone by now. */
export async function readRecords(home: string): Promise<ProcessRecords> {
  try {
    return JSON.parse(await readFile(recordsFile(home), 'utf8')) as ProcessRecords;
  } catch (error) {
    // An empty or half a file is what a machine that lost power may leave, and no server has outlived that.
    const { code, name } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || name === 'SyntaxError') return {};
    throw error;
  }
}

/** Writes or, with undefined, removes the record of one server. */
export async function writeRecord(
  home: string,
  name: ServerKind['name'],
  record: ProcessRecord | undefined,
): Promise<void> {
  const file = recordsFile(home);
  await withLock(`${file}.lock`, async () => {
    const records: ProcessRecords = { ...(await readRecords(home)), [name]: record };
    await writeFile(`${file}.draft`, JSON.stringify(records, null, 2) + '\n');
    await rename(`${file}.draft`, file);
  });
}
