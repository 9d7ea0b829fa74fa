import { natsServerKind, resolveServer, startNats } from '#libs/local-stack';
import type { Folders } from '#libs/local-stack';
import type { MeasureContext } from '../measure.js';
import { emptyHome, ownEnvironment } from '../stack.js';

/** Where messages are kept. */
export interface Broker {
  /** One address, or several with commas between. */
  readonly url: string;
  /** Copies of what is to last. */
  readonly replicas: number;
}

/** Starts a broker of the measure's own, without a database. */
export async function ownBroker(
  context: MeasureContext,
  settings: { readonly syncAlways?: boolean } = {},
): Promise<Broker> {
  const folders = await emptyHome(context);
  const server = await startNats({ ...settings, binary: await brokerBinary(folders), home: folders.home });
  context.cleanup.add(() => server.stop());
  return { url: server.url, replicas: 1 };
}

/** Finds the broker's program. */
export async function brokerBinary(folders: Folders): Promise<{ file: string; version: string }> {
  const found = await resolveServer(natsServerKind(folders), {
    cache: folders.cache,
    env: ownEnvironment(),
    say: () => undefined,
  });
  if (found.kind !== 'binary') throw new Error('the bench starts brokers of its own');
  return found;
}
