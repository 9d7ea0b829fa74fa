import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogTail } from './log-tail.js';
import { setLogAside } from './set-log-aside.js';

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'log-'));
  log = path.join(folder, 'server.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the tail of a log', () => {
  it('holds what was written since its beginning, however the writes cut a letter', async () => {
    await writeFile(log, 'of an earlier start\n');
    const tail = await LogTail.open(log, 20);
    try {
      expect(await tail.text()).toBe('');
      const [head, rest] = [Buffer.from('grün').subarray(0, 3), Buffer.from('grün').subarray(3)];
      await appendFile(log, head);
      expect(await tail.text()).toBe('gr');
      await appendFile(log, rest);
      await appendFile(log, 'x'.repeat(200_000));
      expect(await tail.text()).toBe(`grün${'x'.repeat(200_000)}`);
    } finally {
      await tail.close();
    }
  });
});

describe('a log', () => {
  it('that has grown large is set aside, and only the last such one is kept', async () => {
    await writeFile(`${log}.1`, 'older');
    await writeFile(log, 'x'.repeat(11));
    await setLogAside(log, 10);
    expect(await readdir(folder)).toEqual(['server.log.1']);
    expect(await readFile(`${log}.1`, 'utf8')).toBe('x'.repeat(11));
  });

  it('that is small, or not there yet, is left alone', async () => {
    await setLogAside(log, 10);
    await writeFile(log, 'x'.repeat(10));
    await setLogAside(log, 10);
    expect(await readdir(folder)).toEqual(['server.log']);
  });
});
