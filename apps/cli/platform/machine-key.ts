import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { MachineKey } from '#apps/gateway';

/** Gives the path of the file under `home` that holds the key of this machine's command line. */
export const machineKeyFile = (home: string): string => path.join(home, 'admin.key');

/** Reads the key that `up` keeps under a home; undefined where it has kept none. */
export async function readMachineKey(home: string): Promise<string | undefined> {
  try {
    return (await readFile(machineKeyFile(home), 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The key by which the command line speaks to what `up` started under the same home. Whoever can read the file owns
 * the broker's and the database's data beside it anyway; others cannot read it.
 */
export class MachineKeyFile implements MachineKey {
  readonly name = `up on ${hostname()}`.slice(0, 100);
  isNew = false;

  private constructor(
    private readonly home: string,
    readonly kept: string | undefined,
    public key: string | undefined = kept,
  ) {}

  static async open(home: string): Promise<MachineKeyFile> {
    return new MachineKeyFile(home, await readMachineKey(home));
  }

  readonly keep = async (key: string): Promise<void> => {
    await mkdir(this.home, { recursive: true });
    const file = machineKeyFile(this.home);
    // Whole or not at all, and never readable for others in between.
    await writeFile(`${file}.new`, `${key}\n`, { mode: 0o600 });
    await chmod(`${file}.new`, 0o600);
    await rename(`${file}.new`, file);
    this.key = key;
    this.isNew = true;
  };
}
