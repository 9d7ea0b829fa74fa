import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from './lock-file.js';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lock-'));
  lock = path.join(folder, 'a.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a lock', () => {
  it.each([
    ['empty', ''],
    ['torn', '{"pid":1,"st'],
    ['of a process that is gone', JSON.stringify({ pid: process.pid, stamp: 'of old' })],
  ])('that is %s is taken over', async (_state, content) => {
    await writeFile(lock, content);
    expect(await withLock(lock, async () => 'done')).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });

  it('left by a dead process lets one in at a time', async () => {
    await writeFile(lock, '');
    let inside = 0;
    const most: number[] = [];
    await Promise.all(
      Array.from({ length: 5 }, () =>
        withLock(lock, async () => {
          most.push(++inside);
          await readdir(folder);
          inside--;
        }),
      ),
    );
    expect(most).toEqual([1, 1, 1, 1, 1]);
  });
});
