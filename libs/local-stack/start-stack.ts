import { type Folders, findFolders, productName } from './folders.js';
import { resolveServer, type ResolveOptions, type Say } from './resolve-server.js';
import { mongodKind, natsServerKind } from './server-kind.js';
import type { ServerProcess } from './server-process.js';
import { startMongod } from './start-mongod.js';
import { type NatsOptions, startNats } from './start-nats.js';

export interface StackOptions {
  readonly folders?: Folders;
  readonly env?: NodeJS.ProcessEnv;
  /** Hears each step in one line. */
  readonly say?: Say;
  /** Settings of the broker, where it is started here. */
  readonly nats?: Omit<NatsOptions, 'binary' | 'home' | 'say' | 'launched'>;
  /** Hears that no process is left to be begun: from now on the servers start by themselves. */
  readonly launched?: () => void;
}

/** A broker and a database to work with. */
export interface Stack {
  readonly natsUrl: string;
  /** Names a database, that of the product where the servers are started here. */
  readonly mongoUri: string;
  /** Stops what this process answers for; servers of others, and those named by the environment, stay. */
  stop(): Promise<void>;
}

/** Finds or starts a broker and a database, both at once; when one of them fails, the other is stopped. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { env = process.env, say = () => undefined } = options;
  const toLaunch = new Set(['broker', 'database']);
  const launched = (name: string): void => {
    if (toLaunch.delete(name) && toLaunch.size === 0) options.launched?.();
  };
  const folders = options.folders ?? findFolders(env);
  const resolving: ResolveOptions = { cache: folders.cache, env, say };
  const started: ServerProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };

  const broker = async (): Promise<string> => {
    const found = await resolveServer(natsServerKind(folders), resolving);
    if (found.kind === 'address') return found.url;
    const server = await startNats({
      ...{ ...options.nats, binary: found, home: folders.home, say },
      launched: () => launched('broker'),
    });
    started.push(server);
    return server.url;
  };
  const database = async (): Promise<string> => {
    const found = await resolveServer(mongodKind(folders), resolving);
    if (found.kind === 'address') return found.url;
    const server = await startMongod({
      ...{ binary: found, home: folders.home, say },
      launched: () => launched('database'),
    });
    started.push(server);
    return withDatabase(server.uri, productName(folders.root));
  };

  const [nats, mongo] = await Promise.allSettled([
    broker().finally(() => launched('broker')),
    database().finally(() => launched('database')),
  ]);
  if (nats.status === 'fulfilled' && mongo.status === 'fulfilled') {
    return { natsUrl: nats.value, mongoUri: mongo.value, stop };
  }
  await stop();
  throw nats.status === 'rejected' ? nats.reason : (mongo as PromiseRejectedResult).reason;
}

/** Names another database in a MongoDB connection string and keeps the rest of it. */
export function withDatabase(uri: string, database: string): string {
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri);
  if (parts === null) throw new Error('the MongoDB address must begin with mongodb:// or mongodb+srv://');
  return `${parts[1]}/${database}${parts[2] ?? ''}`;
}
