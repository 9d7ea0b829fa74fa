import { readFile } from 'node:fs/promises';
import path from 'node:path';

const IMPORT = /\b(?:from|import)\s*["']([^"']+)["']/g;
const LATER = /\bimport\s*\(\s*["']([^"']+)["']/g;

/**
 * Follows the imports of built files from some of them on. Gives all that are reached, and the packages that they
 * import: those that load with them, and those that are imported only when they are needed.
 */
export async function reachedFiles(entries) {
  const files = new Set(entries);
  const packages = new Set();
  const packagesLater = new Set();
  for (const file of files) {
    const code = await readFile(file, 'utf8');
    for (const [pattern, found] of [
      [IMPORT, packages],
      [LATER, packagesLater],
    ]) {
      for (const [, specifier] of code.matchAll(pattern)) {
        if (specifier.startsWith('.')) files.add(path.resolve(path.dirname(file), specifier));
        else if (specifier.startsWith('#'))
          throw new Error(`${file} imports ${specifier}, which is not built in`);
        else if (!specifier.startsWith('node:')) found.add(packageOf(specifier));
      }
    }
  }
  for (const name of packages) packagesLater.delete(name);
  return { files, packages, packagesLater };
}

const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
