import type { SchemaOptions } from 'mongoose';

/**
 * What every document of ours has in common: ids that are made by us and never by the database, no version key,
 * and nothing that a schema does not name. `collection` is said out loud, for stored names never derive from classes.
 */
export function schemaOptions(collection: string): SchemaOptions {
  return {
    collection,
    versionKey: false,
    strict: 'throw',
    minimize: false,
    autoIndex: false,
    autoCreate: false,
  };
}
