import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '#libs/local-stack';
import { FailedError } from '../terminal/cli-error.js';
import { configFolder } from './config-folder.js';

export interface KnownServer {
  readonly url: string;
  readonly key?: string;
  /** As the server said at login. */
  readonly userId?: string;
}

export interface KnownServers {
  /** The one that commands speak to where none is named; null is the one that `up` started. */
  readonly current: string | null;
  readonly servers: Readonly<Record<string, KnownServer>>;
}

const NONE: KnownServers = { current: null, servers: {} };
const FILE = 'servers.json';

/** Reads which servers the person has logged in to. Throws FailedError where the file makes no sense. */
export async function readServers(env: NodeJS.ProcessEnv): Promise<KnownServers> {
  const folder = configFolder(env);
  if (folder === undefined) return NONE;
  const file = path.join(folder, FILE);
  try {
    const { current = null, servers } = JSON.parse(await readFile(file, 'utf8')) as Partial<KnownServers>;
    if (typeof servers !== 'object' || servers === null) throw new SyntaxError('it holds no servers');
    return { current: current !== null && Object.hasOwn(servers, current) ? current : null, servers };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NONE;
    throw new FailedError(
      `${file} cannot be read: ${(error as Error).message}`,
      'mend it, or remove it and log in again',
      { cause: error },
    );
  }
}

/** Changes which servers are known. Only the person may read the file, for it holds keys. */
export async function changeServers(
  env: NodeJS.ProcessEnv,
  change: (known: KnownServers) => KnownServers,
): Promise<KnownServers> {
  const folder = configFolder(env);
  if (folder === undefined)
    throw new FailedError(
      'there is no place to keep it: neither HOME nor XDG_CONFIG_HOME is set',
      'set JOBHUNTER_CONFIG to a folder, or JOBHUNTER_URL and JOBHUNTER_KEY instead of logging in',
    );
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, FILE);
  return withLock(`${file}.lock`, async () => {
    const changed = change(await readServers(env));
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, `${JSON.stringify(changed, null, 2)}\n`, { mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, file);
    return changed;
  });
}
