import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFolders, natsServerKind, resolveServer, startNats } from '#libs/local-stack';

export interface Broker {
  readonly url: string;
  /** Stops it, and removes its data, where it was started here. */
  stop(): Promise<void>;
}

/** Takes the broker that NATS_URL names, or starts one with an empty folder of its own. */
export async function findBroker(): Promise<Broker> {
  const folders = findFolders();
  const found = await resolveServer(natsServerKind(folders), {
    cache: folders.cache,
    say: () => undefined,
  });
  if (found.kind === 'address') return { url: found.url, stop: () => Promise.resolve() };
  const home = await mkdtemp(path.join(tmpdir(), 'example-'));
  const remove = () => rm(home, { recursive: true, force: true, maxRetries: 5 });
  try {
    const server = await startNats({ binary: found, home });
    return {
      url: server.url,
      stop: async () => {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
