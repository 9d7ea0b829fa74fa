import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimOf, withLock } from './lock-file.js';
import { identifySelf } from './process-stamp.js';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lock-'));
  lock = path.join(folder, 'a.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const leaveDeadClaim = () => writeFile(claimOf(lock, { pid: process.pid, stamp: 'of old' }), '');

describe('a lock', () => {
  it('that a process which is gone has left is taken over', async () => {
    await leaveDeadClaim();
    expect(await withLock(lock, async () => 'done')).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('left by a dead process lets one in at a time, round %i', async () => {
    await leaveDeadClaim();
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
    expect(await readdir(folder)).toEqual([]);
  });

  it('is held against whoever has claimed it first, and free once that claim is gone', async () => {
    const first = claimOf(lock, await identifySelf());
    await writeFile(first, '');
    let entered = false;
    const second = withLock(lock, async () => {
      entered = true;
      return readdir(folder);
    });
    for (let looks = 0; looks < 5; looks++) {
      await readdir(folder);
      expect(entered).toBe(false);
    }
    await rm(first);
    expect(await second).toHaveLength(1);
  });

  it('is freed when the work fails', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
  });

  it('minds neither its neighbours nor what lies at its own path', async () => {
    await writeFile(lock, '');
    await writeFile(`${lock}.notes`, 'kept');
    await writeFile(claimOf(`${folder}/another.lock`, await identifySelf()), '');
    await withLock(lock, async () => undefined);
    expect(await readdir(folder)).toHaveLength(3);
  });
});
