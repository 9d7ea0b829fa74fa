import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { readSecret, secretSetting, withoutSecrets } from '#libs/secrets';
import { messageOf } from './caught.js';
import { ServerUnavailableError } from './errors.js';
import { findOnPath, isExecutable } from './find-on-path.js';
import { runCommand } from './run-command.js';
import type { ServerKind } from './server-kind.js';
import { isAtLeast, parseVersion } from './version.js';

/** What the resolver found: a server that someone else runs, or a binary to start. */
export type Resolved =
  | { readonly kind: 'address'; readonly url: string }
  | { readonly kind: 'binary'; readonly file: string; readonly version: string };

export type Say = (line: string) => void;

export interface ResolveOptions {
  readonly cache: string;
  readonly say: Say;
  readonly env?: NodeJS.ProcessEnv;
  /** Asks a binary for its version; undefined when it does not run or says none. */
  readonly readVersion?: (file: string) => Promise<string | undefined>;
}

/**
 * Finds a server in this order: (a) the address in the environment, (b) a binary on PATH that is new
 * enough, (c) the project's cache, (d) its sources one after the other, into the cache.
 * Throws ServerUnavailableError, which says what to install by hand, when all of them fail, and UnreadableSecretError
 * where the address refers to what cannot be read.
 */
export async function resolveServer(kind: ServerKind, options: ResolveOptions): Promise<Resolved> {
  const { say, env = process.env, readVersion = askVersion } = options;

  const url = addressOf(kind, env);
  if (url) {
    say(`${kind.name}: using ${withoutSecrets(url)}, because ${kind.addressVariable} is set`);
    return { kind: 'address', url };
  }

  const onPath = await findOnPath(kind.name, env['PATH'] ?? '');
  if (onPath !== undefined) {
    const version = await readVersion(onPath);
    if (version !== undefined && isAtLeast(version, kind.minimum)) {
      say(`${kind.name}: using ${onPath} (${version}), because it is on PATH and new enough`);
      return { kind: 'binary', file: onPath, version };
    }
    say(
      `${kind.name}: leaving ${onPath} (${version ?? 'tells no version'}), because ${kind.minimum} is needed`,
    );
  }

  const cached = path.join(options.cache, 'servers', kind.name);
  if (await isExecutable(cached)) {
    const version = await readVersion(cached);
    if (version !== undefined && isAtLeast(version, kind.minimum)) {
      say(`${kind.name}: using ${version} from the cache, because it was obtained before`);
      return { kind: 'binary', file: cached, version };
    }
    say(`${kind.name}: leaving the one in the cache, because it does not run or is too old`);
  }

  const version = await obtain(kind, cached, { say, readVersion });
  return { kind: 'binary', file: cached, version };
}

function addressOf(
  { addressVariable, addressIsSecret }: ServerKind,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (!addressIsSecret) return env[addressVariable];
  const said = secretSetting(env, addressVariable);
  return said === undefined ? undefined : readSecret(addressVariable, said, { env });
}

async function obtain(
  kind: ServerKind,
  target: string,
  { say, readVersion }: Required<Pick<ResolveOptions, 'say' | 'readVersion'>>,
): Promise<string> {
  const tried: string[] = [];
  let cause: unknown;
  await mkdir(path.dirname(target), { recursive: true });
  for (const source of kind.sources) {
    say(`${kind.name}: ${source.step}`);
    // Made beside its place and renamed into it, so that nobody ever sees half a binary.
    const workshop = await mkdtemp(path.join(path.dirname(target), `.${kind.name}-`));
    try {
      const made = path.join(workshop, kind.name);
      await source.obtain(made);
      const version = await readVersion(made);
      if (version === undefined) throw new Error('the binary does not run on this machine');
      if (!isAtLeast(version, kind.minimum)) throw new Error(`it is ${version}, ${kind.minimum} is needed`);
      await rename(made, target);
      return version;
    } catch (error) {
      cause = error;
      const reason = messageOf(error);
      tried.push(`${source.step}: ${reason}`);
      say(`${kind.name}: that failed: ${reason}`);
    } finally {
      await rm(workshop, { recursive: true, force: true });
    }
  }
  throw new ServerUnavailableError(kind.name, tried, kind.byHand, { cause });
}

async function askVersion(file: string): Promise<string | undefined> {
  return runCommand(file, ['--version'], { timeoutMs: 10_000 }).then(parseVersion, () => undefined);
}
