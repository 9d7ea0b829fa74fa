import mongoose from 'mongoose';
import { canonical } from './check-replay.js';
import type { Findings } from './verdict.js';

type Document = Readonly<Record<string, unknown>>;
const COLLECTIONS = ['task_runs', 'flow_runs', 'artifacts', 'approvals'] as const;

/** What the audit has written while everything fell over is what a rebuild from zero writes in peace. */
export async function checkAudit(
  uris: { readonly written: string; readonly rebuilt: string },
  findings: Findings,
): Promise<void> {
  const [written, rebuilt] = await Promise.all([read(uris.written), read(uris.rebuilt)]);
  for (const collection of COLLECTIONS) {
    const before = written.get(collection)!;
    const after = rebuilt.get(collection)!;
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const difference = differs(before.get(id), after.get(id));
      if (difference) findings.add('auditDiffers', `${collection} ${id}: ${difference}`);
    }
  }
}

async function read(uri: string): Promise<ReadonlyMap<string, ReadonlyMap<string, Document>>> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 10_000 });
  try {
    const database = (await client.connect()).db();
    const found = new Map<string, Map<string, Document>>();
    for (const name of COLLECTIONS) {
      const documents = await database.collection<{ _id: string }>(name).find().toArray();
      found.set(
        name,
        new Map(documents.filter(isFromTheLog).map((document) => [document._id, withoutLive(document)])),
      );
    }
    return found;
  } finally {
    await client.close();
  }
}

/** A record that was made by a word on LIVE, of which the log holds nothing, cannot be rebuilt. */
const isFromTheLog = (document: Document): boolean => document['lastSeq'] !== 0;

/** What comes only by LIVE, which may be lost, is left out. */
function withoutLive({ live: _, ...document }: Document & { _id: string }): Document {
  const begun = document['status'] === 'running' && document['source'] === 'RUN';
  return begun ? { ...document, status: 'pending' } : document;
}

function differs(before: Document | undefined, after: Document | undefined): string | undefined {
  if (!before || !after) return before ? 'a rebuild does not give it' : 'only a rebuild gives it';
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const told = fields
    .filter((field) => canonical(before[field]) !== canonical(after[field]))
    .map((field) => `${field} is ${canonical(before[field])}, rebuilt ${canonical(after[field])}`);
  return told.length > 0 ? told.join('; ') : undefined;
}
