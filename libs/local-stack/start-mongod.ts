import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ensureReplicaSet, REPLICA_SET } from './replica-set.js';
import type { Say } from './resolve-server.js';
import { type ServerProcess, startServer } from './server-process.js';

export interface MongodOptions {
  readonly binary: { readonly file: string; readonly version: string };
  /** Holds data, logs and the record of the process. */
  readonly home: string;
  readonly port?: number;
  /** Holds the secret that members of the set share; with it nobody is let in without a name. */
  readonly keyFile?: string;
  readonly say?: Say;
  /** Hears that the server's process has been begun. */
  readonly launched?: () => void;
}

export interface MongodServer extends ServerProcess {
  /** Leads to the server, without a database's name. */
  readonly uri: string;
}

/** Starts a mongod as a writable one-node replica set, or adopts the one that runs under `home`. */
export async function startMongod(options: MongodOptions): Promise<MongodServer> {
  const dataDir = path.join(options.home, 'mongo');
  const server = await startServer({
    name: 'mongod',
    binary: options.binary,
    home: options.home,
    dataDir,
    port: options.port,
    readyLine: /Waiting for connections/,
    say: options.say ?? (() => undefined),
    launched: options.launched ?? (() => undefined),
    async args(port) {
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      return [
        ...['--dbpath', dataDir, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
        ...['--replSet', REPLICA_SET, '--oplogSize', '128', '--wiredTigerCacheSizeGB', '0.5'],
        ...(options.keyFile ? ['--auth', '--keyFile', options.keyFile] : []),
        // Alone it has nobody to hand its role to, so it need not wait before it stops.
        ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
      ];
    },
    ready: ensureReplicaSet,
  });
  return { ...server, uri: `mongodb://127.0.0.1:${server.port}/?directConnection=true` };
}
