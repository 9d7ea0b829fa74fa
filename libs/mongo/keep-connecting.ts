import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Connection, ConnectOptions } from 'mongoose';

/** Where lines about the connection go. */
export interface ConnectionLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface ConnectionKeeper {
  /** Resolves at the first connection; rejects when stopped before. */
  readonly connected: Promise<void>;
  /** Gives up waiting and closes the connection. */
  stop(): Promise<void>;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;

/**
 * Connects, and tries again for as long as the database is away: Mongoose reconnects by itself only after it has
 * been connected once. Says so in one line when it begins to wait, and in another when it is over.
 */
export function keepConnecting(
  connection: Connection,
  uri: string,
  options: ConnectOptions,
  log: ConnectionLog,
): ConnectionKeeper {
  const stopping = new AbortController();
  const where = withoutCredentials(uri);
  let away = false;
  let everConnected = false;

  // Without a listener Mongoose would turn a failed connection into an unhandled rejection.
  connection.on('error', () => undefined);
  connection.on('disconnected', () => {
    if (stopping.signal.aborted || away || !everConnected) return;
    away = true;
    log.warn(`lost the database at ${where}; waiting for it`);
  });
  connection.on('connected', () => {
    if (away) log.info(`the database at ${where} is there again`);
    away = false;
    everConnected = true;
  });

  const connect = async (): Promise<void> => {
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      stopping.signal.throwIfAborted();
      try {
        await connection.openUri(uri, { ...options });
        await connection.asPromise();
        return;
      } catch (error) {
        stopping.signal.throwIfAborted();
        if (!away) log.warn(`no database at ${where} (${sentence(error)}); waiting for it`);
        away = true;
        await sleep(delay, undefined, { signal: stopping.signal });
      }
    }
  };

  const connected = connect();
  connected.catch(() => undefined);
  return {
    connected,
    async stop() {
      stopping.abort(new Error('stopped before the database answered'));
      // Closing waits for a connection in the making, which waits for a server: end that first.
      if (connection.readyState === mongoose.ConnectionStates.connecting)
        await connection.getClient().close(true);
      await connected.catch(() => undefined);
      await connection.close();
    },
  };
}

function withoutCredentials(uri: string): string {
  // A password may hold what it should not, such as a slash.
  return uri.replace(/:\/\/.*@/s, '://').replace(/\?.*$/s, '');
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
