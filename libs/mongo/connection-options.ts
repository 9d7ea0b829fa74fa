import type { ConnectOptions } from 'mongoose';

/** What a service says about its database. */
export interface MongoConfig {
  /** Names the database too, as in `mongodb://127.0.0.1:27017/name`. */
  readonly uri: string;
  /** Shown in the server's log and in its list of clients. */
  readonly appName: string;
  /** How long a request may look for a server before it fails with DatabaseUnavailableError. */
  readonly serverSelectionTimeoutMS?: number;
  readonly maxPoolSize?: number;
}

/**
 * Settles how connections behave: a request fails soon and clearly while the database is away, instead of
 * waiting in a buffer, and collections and indexes are made by `ensureIndexes` alone.
 */
export function connectionOptions(config: MongoConfig): ConnectOptions {
  return {
    appName: config.appName,
    serverSelectionTimeoutMS: config.serverSelectionTimeoutMS ?? 3_000,
    connectTimeoutMS: 5_000,
    heartbeatFrequencyMS: 5_000,
    maxPoolSize: config.maxPoolSize ?? 20,
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
  };
}
