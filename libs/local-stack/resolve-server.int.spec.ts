import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { obtainByGo } from './obtain-by-go.js';
import { obtainByPip } from './obtain-by-pip.js';
import { resolveServer, type Resolved } from './resolve-server.js';
import type { ServerKind } from './server-kind.js';
import type { Source } from './source.js';

let folder: string;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'resolve-'));
  said = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that prints a version, as a server does. */
async function putServer(file: string, version: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  await chmod(file, 0o755);
  return file;
}

const sourceOf = (version: string): Source => ({
  step: `making ${version}`,
  obtain: async (target) => void (await putServer(target, version)),
});
const brokenSource: Source = {
  step: 'asking a host that is away',
  obtain: () => Promise.reject(new Error('no answer')),
};

const resolve = (
  sources: Source[],
  env: NodeJS.ProcessEnv = {},
  more: Partial<ServerKind> = {},
): Promise<Resolved> => {
  const kind: ServerKind = {
    name: 'nats-server',
    addressVariable: 'NATS_URL',
    minimum: '2.14.0',
    byHand: 'take it from the shelf',
    sources,
    ...more,
  };
  return resolveServer(kind, {
    cache: path.join(folder, 'cache'),
    env: { PATH: path.join(folder, 'bin'), ...env },
    say: (line) => said.push(line),
  });
};

const onPath = () => path.join(folder, 'bin', 'nats-server');
const inCache = () => path.join(folder, 'cache', 'servers', 'nats-server');

describe('the order in which a server is looked for', () => {
  it('(a) takes the address in the environment before all else, and keeps its password to itself', async () => {
    await putServer(onPath(), '2.15.0');
    const found = await resolve([brokenSource], { NATS_URL: 'nats://me:secret@far:4222' });
    expect(found).toEqual({ kind: 'address', url: 'nats://me:secret@far:4222' });
    expect(said).toEqual(['nats-server: using nats://***@far:4222, because NATS_URL is set']);
  });

  it('(a) also where the address is a secret that stands in a file', async () => {
    const file = path.join(folder, 'address');
    await writeFile(file, 'mongodb://me:secret@far/hunt\n', { mode: 0o600 });
    const secret = { name: 'mongod', addressVariable: 'MONGODB_URI', addressIsSecret: true } as const;
    const found = { kind: 'address', url: 'mongodb://me:secret@far/hunt' };
    expect(await resolve([brokenSource], { MONGODB_URI_FILE: file }, secret)).toEqual(found);
    expect(await resolve([brokenSource], { MONGODB_URI: `file:${file}` }, secret)).toEqual(found);
    expect(said).toContain('mongod: using mongodb://***@far/hunt, because MONGODB_URI is set');
    await expect(resolve([brokenSource], { MONGODB_URI_FILE: `${file}s` }, secret)).rejects.toThrow(
      /^MONGODB_URI refers to file:.*addresss, which cannot be read \(ENOENT\)$/,
    );
  });

  it('(b) takes a binary on PATH that is new enough, before the cache', async () => {
    await putServer(onPath(), '2.14.0');
    await putServer(inCache(), '2.15.0');
    expect(await resolve([brokenSource])).toEqual({ kind: 'binary', file: onPath(), version: '2.14.0' });
  });

  it('(c) takes the cache where the binary on PATH is too old, and says so', async () => {
    await putServer(onPath(), '2.10.3');
    await putServer(inCache(), '2.15.0');
    expect(await resolve([brokenSource])).toEqual({ kind: 'binary', file: inCache(), version: '2.15.0' });
    expect(said[0]).toContain('(2.10.3), because 2.14.0 is needed');
  });

  it('(d) obtains it by the first source that works, and has it in the cache from then on', async () => {
    const first = await resolve([brokenSource, sourceOf('2.15.2')]);
    expect(first).toEqual({ kind: 'binary', file: inCache(), version: '2.15.2' });
    expect(said).toEqual([
      'nats-server: asking a host that is away',
      'nats-server: that failed: no answer',
      'nats-server: making 2.15.2',
    ]);
    expect(await resolve([brokenSource])).toEqual(first);
  });

  it('replaces a cached binary that does not run', async () => {
    await putServer(inCache(), '2.15.0');
    await writeFile(inCache(), 'half a download');
    expect(await resolve([sourceOf('2.15.2')])).toMatchObject({ version: '2.15.2' });
  });
});

describe('when nothing works', () => {
  it('names every try and what to install by hand, and leaves no half binary', async () => {
    await expect(resolve([brokenSource, sourceOf('2.9.0')])).rejects.toMatchObject({
      code: 'local-stack/server-unavailable',
      disposition: 'halt',
      tried: ['asking a host that is away: no answer', 'making 2.9.0: it is 2.9.0, 2.14.0 is needed'],
      message: expect.stringContaining('To install it by hand: take it from the shelf'),
    });
    expect(await readdir(path.join(folder, 'cache', 'servers'))).toEqual([]);
  });

  it('names the tool that is missing', async () => {
    const away = (file: string) => Promise.reject(new Error(`${file} is not installed`));
    const go = obtainByGo({ module: 'example.test/server', folder }, away);
    const pip = obtainByPip({ requirements: 'tools/a.requirements.txt', member: /x/, why: 'no Go' }, away);
    await expect(resolve([go, pip])).rejects.toMatchObject({
      tried: [
        expect.stringContaining('go is not installed'),
        expect.stringContaining('python3 is not installed'),
      ],
    });
  });
});
