import { chmod, copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { Source } from './source.js';

const VERSION = '7.0.24';
const HOST = 'https://fastdl.mongodb.org';
const PROBE_MS = 2_000;

/** Gives the path of a mongod, downloaded into `folder` where none is found elsewhere. */
type FindMongod = (folder: string) => Promise<string>;

/** Downloads mongod from MongoDB's own host, which gives the checksum that the archive must have. */
export function obtainByDownload(find: FindMongod = findOrDownload): Source {
  return {
    step: `downloading mongod ${VERSION} from ${new URL(HOST).host}, checked by its published checksum`,
    async obtain(target) {
      const found = await withoutSettings(() => find(path.dirname(target)));
      // What was found may be somebody's own, in a cache of theirs: it stays where it is.
      await copyFile(found, target);
      await chmod(target, 0o755);
    },
  };
}

const findOrDownload: FindMongod = async (downloadDir) => {
  await probe();
  const { MongoBinary } = await import('mongodb-memory-server-core/lib/util/MongoBinary.js');
  return MongoBinary.getPath({ version: VERSION, downloadDir, checkMD5: true });
};

// The downloader's own settings would lead to another version, another host, or past the checksum.
async function withoutSettings<T>(work: () => Promise<T>): Promise<T> {
  const settings = Object.entries(process.env).filter(([name]) => name.startsWith('MONGOMS_'));
  for (const [name] of settings) delete process.env[name];
  try {
    return await work();
  } finally {
    Object.assign(process.env, Object.fromEntries(settings));
  }
}

// A host that cannot be reached is told at once, where a download would try for minutes.
async function probe(): Promise<void> {
  const { EnvHttpProxyAgent, request } = await import('undici');
  try {
    await request(HOST, {
      method: 'HEAD',
      signal: AbortSignal.timeout(PROBE_MS),
      dispatcher: new EnvHttpProxyAgent(),
    });
  } catch (error) {
    throw new Error(`${new URL(HOST).host} does not answer`, { cause: error });
  }
}
