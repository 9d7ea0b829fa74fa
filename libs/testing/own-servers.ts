import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  findFolders,
  findFreePort,
  mongodKind,
  type NatsOptions,
  natsServerKind,
  resolveServer,
  type ServerKind,
  type ServerProcess,
  startMongod,
  startNats,
  withoutAddresses,
} from '#libs/local-stack';
import { sharedServer } from './shared-server.js';

/** A server that one test has for itself, to restart and to kill. */
export interface OwnServer {
  /** Stays the same over restarts. */
  readonly url: string;
  readonly port: number;
  /** The server's folder: data, log, record. */
  readonly home: string;
  pid(): number;
  /** Ends it in order and keeps its data; `restart` brings it back. */
  pause(): Promise<void>;
  /** Ends it as a crash or a loss of power would; `restart` brings it back. */
  kill(): Promise<void>;
  /** Starts it again on its port and its data, after stopping it where it still runs. */
  restart(): Promise<void>;
  /** Stops it for good and removes its data. */
  stop(): Promise<void>;
}

export type OwnNatsSettings = Pick<
  NatsOptions,
  'syncAlways' | 'maxFileStore' | 'maxPayload' | 'accounts' | 'include' | 'env'
>;

/** Starts a broker for the caller alone. */
export async function ownNats(settings: OwnNatsSettings = {}): Promise<OwnServer> {
  const binary = await findBinary(natsServerKind(findFolders()));
  return own(
    (home, port) => startNats({ ...settings, binary, home, port }),
    (port) => `nats://127.0.0.1:${port}`,
  );
}

/** Starts a mongod, a one-node replica set, for the caller alone; a guarded one wants a first user to be made. */
export async function ownMongod({ guarded = false } = {}): Promise<OwnServer> {
  const binary = await findBinary(mongodKind(findFolders()));
  return own(
    async (home, port) => {
      const keyFile = path.join(home, 'key');
      if (guarded) await writeFile(keyFile, randomBytes(48).toString('base64'), { mode: 0o600 });
      return startMongod({ binary, home, port, ...(guarded ? { keyFile } : {}) });
    },
    (port) => `mongodb://127.0.0.1:${port}/test?directConnection=true`,
  );
}

type Start = (home: string, port: number) => Promise<ServerProcess>;

async function own(start: Start, urlOf: (port: number) => string): Promise<OwnServer> {
  const home = await mkdtemp(path.join(sharedServer('TEST_SERVERS_HOME'), 'own-'));
  const port = await findFreePort();
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true });
  let server = await start(home, port).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    url: urlOf(port),
    port,
    home,
    pid: () => server.pid,
    pause: () => server.stop(),
    kill: () => server.kill(),
    async restart() {
      await server.stop();
      server = await start(home, port);
    },
    async stop() {
      await server.stop();
      await remove();
    },
  };
}

// A server named by the environment is somebody's; this one is to be killed.
async function findBinary(kind: ServerKind): Promise<{ file: string; version: string }> {
  const env = withoutAddresses(process.env);
  const found = await resolveServer(kind, { cache: findFolders().cache, env, say: () => undefined });
  if (found.kind !== 'binary') throw new Error(`${kind.name} was to be a binary`);
  return found;
}
