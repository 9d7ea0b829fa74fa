import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { identifySelf, isAlive, type ProcessId, withLock } from '#libs/local-stack';
import { FailedError } from '../terminal/cli-error.js';

/** What `up` writes down about itself, so that the other commands find it. */
export interface Instance extends ProcessId {
  readonly phase: 'starting' | 'ready';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly version: string;
  readonly url: string;
  readonly port: number;
  readonly fixtures: boolean;
  readonly services: readonly string[];
  readonly logFile: string;
}

/** Reports that the services run already under this home. */
export class AlreadyRunningError extends FailedError {
  constructor(readonly instance: Instance) {
    const { pid, url, startedAt, phase } = instance;
    super(
      phase === 'ready'
        ? `JobHunter is already running at ${url} (process ${pid}, since ${startedAt})`
        : `JobHunter is already starting (process ${pid}, since ${startedAt})`,
      'see `jobhunter status`; stop it with `jobhunter down`',
    );
  }
}

/** Gives the path of the file under `home` that tells which process runs the services. */
export function instanceFile(home: string): string {
  return path.join(home, 'instance.json');
}

/** Reads who runs the services; undefined when nobody does, even where the pid has gone to another process. */
export async function readInstance(home: string): Promise<Instance | undefined> {
  const known = await readFileOf(home);
  return known !== undefined && (await isAlive(known)) ? known : undefined;
}

/**
 * Writes down that this process runs the services. A file left by a process that is gone is replaced.
 * Throws AlreadyRunningError when another one does. Gives `update` and `release`.
 */
export async function claimInstance(
  home: string,
  about: Omit<Instance, keyof ProcessId | 'phase' | 'startedAt'>,
): Promise<InstanceClaim> {
  const self = await identifySelf();
  let current: Instance = { ...self, ...about, phase: 'starting', startedAt: new Date().toISOString() };
  const file = instanceFile(home);
  const draft = `${file}.${randomUUID()}`;
  // Renamed into its place whole, so that nobody ever reads half of it.
  const write = async (): Promise<void> => {
    await writeFile(draft, `${JSON.stringify(current, null, 2)}\n`);
    await rename(draft, file);
  };

  await withLock(`${file}.lock`, async () => {
    const holder = await readInstance(home);
    if (holder !== undefined) throw new AlreadyRunningError(holder);
    await write();
  });
  return {
    async update(change) {
      current = { ...current, ...change };
      await write();
    },
    async release() {
      if ((await readFileOf(home))?.stamp === self.stamp) await rm(file, { force: true });
    },
  };
}

export interface InstanceClaim {
  update(change: Partial<Pick<Instance, 'phase' | 'url' | 'port' | 'services'>>): Promise<void>;
  release(): Promise<void>;
}

async function readFileOf(home: string): Promise<Instance | undefined> {
  try {
    return JSON.parse(await readFile(instanceFile(home), 'utf8')) as Instance;
  } catch (error) {
    // Half a file is what a machine that lost power may leave.
    const { code, name } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || name === 'SyntaxError') return undefined;
    throw error;
  }
}
