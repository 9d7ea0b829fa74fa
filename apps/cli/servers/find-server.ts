import { withoutSecrets } from '#libs/secrets';
import { readInstance } from '../platform/instance.js';
import { readMachineKey } from '../platform/machine-key.js';
import { closest } from '../parameters/closest.js';
import { NotFoundError, UsageError } from '../terminal/cli-error.js';
import { readServers, type KnownServer, type KnownServers } from './known-servers.js';

export const DEFAULT_PORT = 3000;

/** Where to go and as whom. */
export interface Server {
  readonly url: string;
  readonly key: string | undefined;
  /** Under which name it is known; undefined for one that is not. */
  readonly name: string | undefined;
}

export interface Asked {
  readonly url?: string | undefined;
  readonly profile?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Where `up` keeps what it started. */
  readonly home: string;
}

/**
 * Finds the server: `--profile` or `--url`, JOBHUNTER_PROFILE or JOBHUNTER_URL, the one that was logged in to last,
 * the one that `up` started under this home, the usual port. A key goes only where it belongs: the one kept for the
 * profile that `--profile` names, else JOBHUNTER_KEY, else the one that was given at that address.
 */
export async function findServer(asked: Asked): Promise<Server> {
  const known = await readServers(asked.env);
  const { url, name, isChosen } = await addressOf(asked, known);
  const kept = name === undefined ? undefined : known.servers[name]?.key;
  const key =
    // Who names a profile means its key, and not the one that the environment holds for another server.
    (asked.profile === undefined ? undefined : kept) ||
    asked.env['JOBHUNTER_KEY'] ||
    kept ||
    (isChosen ? undefined : await machineKeyFor(url, asked));
  return { url, name, key };
}

/** Who chooses a server by its name is not to be taken for the administrator of this machine where it has no key. */
interface Address extends Pick<Server, 'url' | 'name'> {
  readonly isChosen: boolean;
}

async function addressOf({ url, profile, env, home }: Asked, known: KnownServers): Promise<Address> {
  if (url !== undefined && profile !== undefined)
    throw new UsageError('--url and --profile both say which server is meant; expected one of them');
  if (url !== undefined) return byAddress(checkedAddress(url, '--url'), known);
  const named = profile ?? (env['JOBHUNTER_URL'] ? undefined : env['JOBHUNTER_PROFILE'] || undefined);
  if (named !== undefined) return { url: serverNamed(named, known).url, name: named, isChosen: true };
  const said = env['JOBHUNTER_URL'];
  if (said) return byAddress(checkedAddress(said, 'JOBHUNTER_URL'), known);
  if (known.current !== null)
    return { url: serverNamed(known.current, known).url, name: known.current, isChosen: true };
  const started = (await readInstance(home))?.url ?? `http://127.0.0.1:${DEFAULT_PORT}`;
  return { url: started, name: undefined, isChosen: false };
}

async function machineKeyFor(url: string, { home }: Asked): Promise<string | undefined> {
  const instance = await readInstance(home);
  return instance !== undefined && sameServer(instance.url, url) ? readMachineKey(home) : undefined;
}

export function serverNamed(name: string, { servers }: KnownServers): KnownServer {
  const found = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (found) return found;
  const near = closest(name, Object.keys(servers));
  throw new NotFoundError(
    `no server is known as ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
    'list them: jobhunter server ls; add one: jobhunter login --url <address> --profile <name>',
  );
}

/** Where one address is known under several names, as for several people, the one that is spoken to at present counts. */
function byAddress(url: string, { servers, current }: KnownServers): Address {
  const names = Object.keys(servers).filter((name) => sameServer(servers[name]?.url ?? '', url));
  const name = names.find((one) => one === current) ?? names[0];
  return { url, name, isChosen: false };
}

/** Tells whether what is sent there stays on this machine, whoever listens on the wire. */
export const isOnThisMachine = (url: string): boolean => LOOPBACK.includes(new URL(url).hostname);

/** The names of loopback all lead to the same server. */
export function sameServer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((url) => (URL.canParse(url) ? new URL(url) : undefined));
  if (!a || !b || a.protocol !== b.protocol || a.port !== b.port || a.pathname !== b.pathname) return false;
  return a.hostname === b.hostname || [a, b].every(({ hostname }) => LOOPBACK.includes(hostname));
}

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

export function checkedAddress(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const shown = withoutSecrets(text);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(`${from} ${shown}: expected an address such as http://127.0.0.1:${DEFAULT_PORT}`);
  if (url.username || url.password)
    throw new UsageError(
      `${from} ${shown}: expected an address without user and password`,
      'a key is kept by `jobhunter login`, or given by JOBHUNTER_KEY',
    );
  return url.href.replace(/\/$/, '');
}
