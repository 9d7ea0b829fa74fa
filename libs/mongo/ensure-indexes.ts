import type { Connection, mongo, Schema } from 'mongoose';
import { DatabaseUnavailableError } from './errors.js';
import type { ConnectionLog } from './keep-connecting.js';
import { retiredOf } from './retired-indexes.js';
import type { IndexKeys } from './retired-indexes.js';

/** An index is there already by the same name or keys, with other settings. */
const OTHER_SETTINGS = new Set([85, 86]);
const NAMESPACE_EXISTS = 48;
/** Another process has dropped it. */
const INDEX_NOT_FOUND = 27;

/**
 * Makes the collections and indexes of every model on the connection. Safe to repeat, by several processes at
 * once too. An index whose settings have changed is made anew; one that is retired goes when the others are there;
 * one that no schema names is left alone.
 */
export async function ensureIndexes(connection: Connection, log: ConnectionLog): Promise<void> {
  for (const model of Object.values(connection.models))
    await ensureIndexesOf(connection, model.collection.collectionName, model.schema, log);
}

/** Makes one collection, by whatever name, and the indexes that a schema asks for. */
export async function ensureIndexesOf(
  connection: Connection,
  name: string,
  schema: Pick<Schema, 'indexes'>,
  log: Pick<ConnectionLog, 'info'>,
): Promise<void> {
  const { db } = connection;
  if (!db) throw new DatabaseUnavailableError();
  await db.createCollection(name).catch(ignore(NAMESPACE_EXISTS));
  await createIndexes(db.collection(name), schema.indexes() as IndexOfSchema[], log);
  await dropIndexes(db.collection(name), retiredOf(schema), log);
}

type IndexOfSchema = [keys: Record<string, 1 | -1>, options: Record<string, unknown>];

async function createIndexes(
  collection: mongo.Collection<mongo.WithId<mongo.Document>>,
  indexes: readonly IndexOfSchema[],
  log: Pick<ConnectionLog, 'info'>,
): Promise<void> {
  for (const [keys, { background: _, ...options }] of indexes) {
    try {
      await collection.createIndex(keys, options);
    } catch (error) {
      if (!OTHER_SETTINGS.has(codeOf(error))) throw error;
      const old = (await collection.indexes()).filter(
        (index) => sameKeys(index.key as Record<string, unknown>, keys) || index.name === options.name,
      );
      for (const { name } of old) if (name) await collection.dropIndex(name);
      log.info(
        `index ${JSON.stringify(keys)} of ${collection.collectionName} has other settings now; making it anew`,
      );
      await collection.createIndex(keys, options);
    }
  }
}

async function dropIndexes(
  collection: mongo.Collection<mongo.WithId<mongo.Document>>,
  retired: readonly IndexKeys[],
  log: Pick<ConnectionLog, 'info'>,
): Promise<void> {
  if (retired.length === 0) return;
  for (const { name, key } of await collection.indexes()) {
    if (name === undefined || !retired.some((keys) => sameKeys(keys, key))) continue;
    await collection.dropIndex(name).catch(ignore(INDEX_NOT_FOUND));
    log.info(`index ${name} of ${collection.collectionName} has gone: others do its work now`);
  }
}

function sameKeys(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  return JSON.stringify(Object.entries(a)) === JSON.stringify(Object.entries(b));
}

function ignore(code: number): (error: unknown) => void {
  return (error) => {
    if (codeOf(error) !== code) throw error;
  };
}

function codeOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : Number.NaN;
}
