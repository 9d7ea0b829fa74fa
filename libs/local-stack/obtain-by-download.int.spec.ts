import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { obtainByDownload } from './obtain-by-download.js';

const SETTING = 'MONGOMS_SYSTEM_BINARY';
let folder: string;
let own: string;
let target: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'download-'));
  own = path.join(folder, 'mongod-of-somebody');
  target = path.join(folder, 'workshop', 'mongod');
  await mkdir(path.dirname(target));
  await writeFile(own, 'a server');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a mongod that the downloader found elsewhere', () => {
  it('stays where it is; a copy is used', async () => {
    await obtainByDownload(async () => own).obtain(target);
    expect(await readFile(own, 'utf8')).toBe('a server');
    expect(await readFile(target, 'utf8')).toBe('a server');
    expect((await stat(target)).mode & 0o777).toBe(0o755);
  });
});

describe("the downloader's own settings", () => {
  afterEach(() => {
    delete process.env[SETTING];
  });

  it('are out of its sight, and back afterwards even when it fails', async () => {
    process.env[SETTING] = own;
    const seen: unknown[] = [];
    const source = obtainByDownload(async (into) => {
      seen.push(process.env[SETTING], into);
      throw new Error('no answer');
    });
    await expect(source.obtain(target)).rejects.toThrow('no answer');
    expect(seen).toEqual([undefined, path.dirname(target)]);
    expect(process.env[SETTING]).toBe(own);
  });
});
