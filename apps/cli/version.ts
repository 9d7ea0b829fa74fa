import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Reads the product's version from the package.json in `root`. */
export function productVersion(root: string): string {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
