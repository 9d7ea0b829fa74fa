import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Where the project lies and where its servers keep their things. */
export interface Folders {
  /** The project's root, which holds `tools/` with the pins of the servers. */
  readonly root: string;
  /** Data, logs and process records: `<PRODUCT>_HOME`, or `.<product>/` under the root. */
  readonly home: string;
  /** Obtained binaries: `<PRODUCT>_CACHE`, or `.cache/` under the root. */
  readonly cache: string;
}

/**
 * Finds the project's folders. `<product>` is the `name` in the root's package.json, so the platform
 * serves whatever product it is shipped in. Throws when no project lies above the script or `cwd`.
 */
export function findFolders(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Folders {
  const root = findRoot([scriptFolder(), cwd]);
  const product = productName(root);
  const prefix = product.toUpperCase().replaceAll('-', '_');
  return {
    root,
    home: path.resolve(env[`${prefix}_HOME`] || path.join(root, `.${product}`)),
    cache: path.resolve(env[`${prefix}_CACHE`] || path.join(root, '.cache')),
  };
}

/** Reads the product's name from the root's package.json; it also names the default database. */
export function productName(root: string): string {
  const { name } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { name: string };
  return name;
}

// A linked command is started from any folder, so the script's real place comes first.
function scriptFolder(): string | undefined {
  const script = process.argv[1];
  return script !== undefined && existsSync(script) ? path.dirname(realpathSync(script)) : undefined;
}

function findRoot(starts: readonly (string | undefined)[]): string {
  for (const start of starts) {
    for (let folder = start; folder !== undefined; folder = parentOf(folder)) {
      if (isRoot(folder)) return folder;
    }
  }
  throw new Error(`no project with tools/go.mod lies above ${starts.filter(Boolean).join(' or ')}`);
}

function isRoot(folder: string): boolean {
  return ['package.json', 'tools/go.mod'].every((file) => existsSync(path.join(folder, file)));
}

function parentOf(folder: string): string | undefined {
  const parent = path.dirname(folder);
  return parent === folder ? undefined : parent;
}
