import { findFolders, natsServerKind, resolveServer, startNats } from '#libs/local-stack';

export interface BrokerOptions {
  /** Where it listens; by default NATS_URL, else one is started on this machine. */
  readonly natsUrl?: string;
  /** Holds the data of a broker that is started here. */
  readonly home?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

export interface Broker {
  readonly url: string;
  /** Ends it where this process answers for it. Its data stays. */
  stop(): Promise<void>;
}

/**
 * Takes the broker that is named, adopts the one that runs on the data under `home`, or starts one there. Throws
 * ServerUnavailableError where none can be found or obtained.
 */
export async function findBroker({ natsUrl, home, env, say }: BrokerOptions): Promise<Broker> {
  const theirs = (url: string): Broker => ({ url, stop: () => Promise.resolve() });
  const named = natsUrl ?? env['NATS_URL'];
  if (named) return theirs(named);
  const folders = findFolders(env);
  const found = await resolveServer(natsServerKind(folders), { cache: folders.cache, env, say });
  if (found.kind === 'address') return theirs(found.url);
  const server = await startNats({ binary: found, home: home ?? folders.home, say });
  return { url: server.url, stop: () => server.stop() };
}
