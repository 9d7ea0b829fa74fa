import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AlreadyRunningError, claimInstance, instanceFile, readInstance } from './instance.js';
import { findPortHolder, isPortFree } from './port-holder.js';

const about = {
  version: '1',
  url: 'http://127.0.0.1:1',
  port: 1,
  fixtures: false,
  services: [],
  logFile: 'x',
};

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'instance-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('the place of the running instance', () => {
  it('is held by one process', async () => {
    const claim = await claimInstance(home, about);
    await expect(claimInstance(home, about)).rejects.toThrow(AlreadyRunningError);
    await claim.update({ phase: 'ready', services: ['gateway'] });
    expect(await readInstance(home)).toMatchObject({
      pid: process.pid,
      phase: 'ready',
      services: ['gateway'],
    });
    await claim.release();
    expect(await readInstance(home)).toBeUndefined();
    expect(await readdir(home)).toEqual([]);
  });

  it('goes to one of several that start at once', async () => {
    const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claimInstance(home, about)));
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('goes to one of several that start a moment apart after a process that is gone', async () => {
    const gone = JSON.stringify({ pid: process.pid, stamp: 'began at another time', phase: 'ready' });
    const claimAfter = async (steps: number) => {
      for (let step = 0; step < steps; step++) await readdir(home);
      return claimInstance(home, about);
    };
    for (let round = 0; round < 3; round++) {
      await writeFile(instanceFile(home), gone);
      const claims = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(claimAfter));
      expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await readInstance(home)).toMatchObject({ pid: process.pid, phase: 'starting' });
    }
  });

  it('is free where the pid has gone to another process', async () => {
    await claimInstance(home, about);
    const left = JSON.parse(await readFile(instanceFile(home), 'utf8')) as object;
    await writeFile(instanceFile(home), JSON.stringify({ ...left, stamp: 'began at another time' }));
    expect(await readInstance(home)).toBeUndefined();
    await expect(claimInstance(home, about)).resolves.toBeDefined();
  });

  it('is free where the file is half written', async () => {
    await writeFile(instanceFile(home), '{"pid": 1');
    expect(await readInstance(home)).toBeUndefined();
    await expect(claimInstance(home, about)).resolves.toBeDefined();
  });
});

describe('a port', () => {
  it('that is taken is named with its holder', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await isPortFree(port, '127.0.0.1')).toBe(false);
    expect(await findPortHolder(port)).toEqual({
      pid: process.pid,
      command: expect.stringContaining('node'),
    });
    server.close();
    await once(server, 'close');
    expect(await isPortFree(port, '127.0.0.1')).toBe(true);
    expect(await findPortHolder(port)).toBeUndefined();
  });
});
