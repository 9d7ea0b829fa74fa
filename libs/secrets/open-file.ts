import { statSync } from 'node:fs';

const READABLE_BY_ALL = 0o004;
const WRITABLE_BY_OTHERS = 0o022;
/** Where containers are given theirs: whoever is in there may read it. */
const OF_CONTAINERS = /^\/(?:var\/)?run\/secrets\//;

/** Said once for each file. */
const warned = new Set<string>();

/** Warns of a file that others on this machine can read or change. Throws where there is no such file, or a large one. */
export function warnOfOpenFile(
  setting: string,
  path: string,
  largest: number,
  warn: (sentence: string) => void,
): void {
  const found = statSync(path);
  if (found.size > largest) throw Object.assign(new Error('too large'), { code: `over ${largest} bytes` });
  if (warned.has(path) || !found.isFile() || process.platform === 'win32') return;
  const mode = found.mode & 0o777;
  const writable = (mode & WRITABLE_BY_OTHERS) !== 0;
  if (!writable && ((mode & READABLE_BY_ALL) === 0 || OF_CONTAINERS.test(path))) return;
  warned.add(path);
  const whoCan = writable ? 'others can change it' : 'everybody on this machine can read it';
  warn(
    `${setting}: ${path} has the permissions ${mode.toString(8)}, so ${whoCan}; set them to 600 (chmod 600)`,
  );
}
