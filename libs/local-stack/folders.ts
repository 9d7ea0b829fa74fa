import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Where the pins of the servers lie, and where the servers keep their things. */
export interface Folders {
  /** Holds `tools/` with the pins of the servers: the project's root, or the platform's package where it is installed. */
  readonly root: string;
  /** Data, logs and process records: `<PRODUCT>_HOME`, or `.<product>/` under the project's root. */
  readonly home: string;
  /** Obtained binaries: `<PRODUCT>_CACHE`, or `.cache/` under the root, or beside the package in `node_modules/.cache/`. */
  readonly cache: string;
}

/** What the platform is called where a project has installed it. */
const PACKAGE = '@jobhunter/platform';

/**
 * Finds the folders of the project that the platform is a part of, or is installed in. `<product>` is the `name` in the
 * root's package.json, or the scope of the package's. Throws when neither lies above the script or `cwd`.
 */
export function findFolders(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Folders {
  const starts = [scriptFolder(), cwd].filter((start) => start !== undefined);
  const { root, project, cache } = places(starts);
  const product = productName(root);
  const prefix = product.toUpperCase().replaceAll('-', '_');
  return {
    root,
    home: path.resolve(env[`${prefix}_HOME`] || path.join(project, `.${product}`)),
    cache: path.resolve(env[`${prefix}_CACHE`] || cache),
  };
}

/** Reads the product's name from the root's package.json; it also names the default database. */
export function productName(root: string): string {
  const { name } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { name: string };
  return name.replace(/^@([^/]+)\/.*$/, '$1');
}

// A linked command is started from any folder, so the script's real place comes first.
function scriptFolder(): string | undefined {
  const script = process.argv[1];
  return script !== undefined && existsSync(script) ? path.dirname(realpathSync(script)) : undefined;
}

function places(starts: readonly string[]): { root: string; project: string; cache: string } {
  const root = findAbove(starts, (folder) => isRoot(folder));
  if (root !== undefined) return { root, project: root, cache: path.join(root, '.cache') };
  const modules = findAbove(starts, (folder) => isRoot(path.join(folder, 'node_modules', PACKAGE)));
  if (modules === undefined)
    throw new Error(
      `neither a project with tools/go.mod nor one with ${PACKAGE} installed lies above ${starts.join(' or ')}`,
    );
  return {
    root: path.join(modules, 'node_modules', PACKAGE),
    project: findAbove(starts, (folder) => existsSync(path.join(folder, 'package.json'))) ?? modules,
    cache: path.join(modules, 'node_modules', '.cache', PACKAGE),
  };
}

function findAbove(starts: readonly string[], fits: (folder: string) => boolean): string | undefined {
  for (const start of starts) {
    for (let folder: string | undefined = start; folder !== undefined; folder = parentOf(folder)) {
      if (fits(folder)) return folder;
    }
  }
  return undefined;
}

function isRoot(folder: string): boolean {
  return ['package.json', 'tools/go.mod'].every((file) => existsSync(path.join(folder, file)));
}

function parentOf(folder: string): string | undefined {
  const parent = path.dirname(folder);
  return parent === folder ? undefined : parent;
}
