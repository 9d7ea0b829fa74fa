import type { Connection, mongo, Schema } from 'mongoose';
import { DatabaseUnavailableError } from './errors.js';
import type { ConnectionLog } from './keep-connecting.js';

/** An index is there already by the same name or keys, with other settings. */
const OTHER_SETTINGS = new Set([85, 86]);
const NAMESPACE_EXISTS = 48;

/**
 * Makes the collections and indexes of every model on the connection. Safe to repeat, by several processes at
 * once too. An index whose settings have changed is made anew; one that no schema names is left alone.
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
