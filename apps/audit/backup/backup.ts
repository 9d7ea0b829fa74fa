import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import type { mongo } from 'mongoose';
import { dumpCollection, loadCollection } from './database-dump.js';
import { NotedFile, sha256Of, type FileNote } from './files.js';
import { restoreStream, snapshotStream, streamNames, type StreamShape } from './stream-snapshot.js';

const FORMAT = 'platform-backup';
const VERSION = 1;
const MANIFEST = 'manifest.json';
/** For watching only; gone after some minutes anyway. */
const LEFT_OUT: readonly string[] = ['LIVE'];
/**
 * Each before what is made of it: an event that fires a deployment, a firing that begins a run, a message whose body is
 * an object, a decision that a value is kept by. Taken the other way round, what is made would be missing, and what it
 * is made of would be taken for done.
 */
const FIRST: readonly string[] = ['EVENTS', 'DEPLOYMENTS', 'RUN', 'CALLS'];
/** Clocks of services and of whoever takes the backup differ by less. */
const SKEW_MS = 3_600_000;

/** What a backup holds; written last, so a folder without it is no backup. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly at: string;
  readonly streams: readonly (FileNote & StreamShape)[];
  readonly collections: readonly (FileNote & { readonly name: string; readonly documents: number })[];
}

/** A folder is no place for a backup, or no backup. */
export class BackupError extends Error {
  readonly code = 'audit/bad-backup';
  readonly disposition = 'terminal';
}

export interface BackupParts {
  readonly nats: NatsConnection;
  readonly db: mongo.Db;
  readonly say?: (line: string) => void;
}

/**
 * Writes log and database into a folder, which must be empty or new, while everything goes on. The log comes first:
 * what leaves it for the archive meanwhile is then in both, and the other way round it would be in neither. Throws
 * BackupError and StreamSnapshotError.
 */
export async function backup(
  { nats, db, say = () => undefined }: BackupParts,
  folder: string,
): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new BackupError(`${folder} is not empty; name a new folder`);
  const at = new Date().toISOString();
  const streams: (FileNote & StreamShape)[] = [];
  for (const name of inOrder(await streamNames(nats))) {
    if (LEFT_OUT.includes(name)) continue;
    const file = `stream-${name}.snapshot`;
    const out = new NotedFile(file, path.join(folder, file));
    const shape = await snapshotStream(nats, name, (chunk) => out.write(chunk));
    streams.push({ ...(await out.close()), ...shape });
    say(`stream ${name}`);
  }
  const collections: (FileNote & { name: string; documents: number })[] = [];
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if (name.startsWith('system.')) continue;
    const file = `collection-${name}.bson`;
    const out = new NotedFile(file, path.join(folder, file));
    const documents = await dumpCollection(db.collection(name), (document) => out.write(document));
    collections.push({ ...(await out.close()), name, documents });
    say(`collection ${name}: ${documents} documents`);
  }
  const manifest: Manifest = { format: FORMAT, version: VERSION, at, streams, collections };
  const unfinished = path.join(folder, `${MANIFEST}.part`);
  await writeFile(unfinished, JSON.stringify(manifest, null, 2), { mode: 0o600 });
  await rename(unfinished, path.join(folder, MANIFEST));
  return manifest;
}

function inOrder(names: readonly string[]): string[] {
  const place = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return [...names].sort((a, b) => place(a) - place(b));
}

/** Reads what a folder holds, and checks every file. Throws BackupError before anything is touched. */
export async function readBackup(folder: string): Promise<Manifest> {
  const text = await readFile(path.join(folder, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new BackupError(`${folder} is no backup: it has no ${MANIFEST}, which is written last`, { cause });
  });
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch (cause) {
    throw new BackupError(`${folder}: ${MANIFEST} is no JSON`, { cause });
  }
  if (manifest.format !== FORMAT || manifest.version !== VERSION)
    throw new BackupError(`${folder}: it is a backup of a kind that this build does not know`);
  for (const { file, sha256 } of [...manifest.streams, ...manifest.collections]) {
    const found = await sha256Of(path.join(folder, path.basename(file))).catch(() => undefined);
    if (found !== sha256) throw new BackupError(`${folder}: ${file} is missing or was changed since`);
  }
  return manifest;
}

/**
 * Puts a backup in place of what there is, while no service runs. The log gets a new epoch, so that nobody takes what
 * was read of the other one for read: the audit's records are to be rebuilt. Throws BackupError, where there is
 * something already unless `replace` is said, and StreamSnapshotError.
 */
export async function restore(
  { nats, db, say = () => undefined }: BackupParts,
  folder: string,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<Manifest> {
  const manifest = await readBackup(folder);
  const there = await streamNames(nats);
  const known = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  if (!replace && there.length + known.length > 0)
    throw new BackupError(
      `there are ${there.length} streams and ${known.length} collections already; say --replace to delete them`,
    );
  for (const name of there) await nats.request(`$JS.API.STREAM.DELETE.${name}`, '', { timeout: 30_000 });
  for (const name of known) if (!name.startsWith('system.')) await db.collection(name).drop();
  for (const { name, file } of manifest.collections) {
    const documents = await loadCollection(
      await db.createCollection(name),
      path.join(folder, path.basename(file)),
    );
    say(`collection ${name}: ${documents} documents`);
  }
  await dropAhead(db, manifest);
  await forgetOnceMore(db, manifest);
  // The log last: services that start too soon find none, and wait.
  for (const { file, config, state } of manifest.streams) {
    const metadata = config.metadata?.['epoch']
      ? { ...config.metadata, epoch: randomUUID() }
      : config.metadata;
    const shape = { config: { ...config, ...(metadata ? { metadata } : {}) }, state };
    await restoreStream(nats, shape, createReadStream(path.join(folder, path.basename(file))));
    say(`stream ${config.name}`);
  }
  return manifest;
}

/**
 * Deletes the records that hold more than the log of the backup, which was read before them: their sequences will be
 * those of other events. The rebuild makes them again of what the log holds.
 */
async function dropAhead(db: mongo.Db, { streams }: Manifest): Promise<void> {
  const last = (stream: string): number =>
    Number(streams.find(({ config }) => config.name === stream)?.state['last_seq'] ?? 0);
  const ofRuns = { lastSeq: { $gt: last('RUN') } };
  for (const name of ['flow_runs', 'artifacts', 'approvals']) await db.collection(name).deleteMany(ofRuns);
  await db.collection('task_runs').deleteMany({
    $or: [
      { ...ofRuns, source: 'RUN' },
      { lastSeq: { $gt: last('CALLS') }, source: 'CALLS' },
    ],
  });
}

/**
 * Has the audit let go once more of the runs that were archived while the backup was taken: its log, which was read
 * first, holds them whole, and nobody would look at them again.
 */
async function forgetOnceMore(db: mongo.Db, { at }: Manifest): Promise<void> {
  await db
    .collection('run_archive')
    .updateMany({ archivedAt: { $gte: new Date(Date.parse(at) - SKEW_MS) } }, { $set: { inLog: 'whole' } });
}
