import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import { connectionOptions } from './connection-options.js';
import type { MongoConfig } from './connection-options.js';
import { keepConnecting } from './keep-connecting.js';
import type { ConnectionKeeper, ConnectionLog } from './keep-connecting.js';

export interface OpenConnection {
  readonly connection: Connection;
  readonly keeper: ConnectionKeeper;
}

/** Opens a connection outside of Nest. Returns at once; await `keeper.connected`, and stop by `keeper.stop()`. */
export function openConnection(config: MongoConfig, log: ConnectionLog): OpenConnection {
  const connection = mongoose.createConnection();
  const options = connectionOptions(config);
  // Models read these before the first connection is tried.
  connection.set('bufferCommands', false);
  return { connection, keeper: keepConnecting(connection, config.uri, options, log) };
}
