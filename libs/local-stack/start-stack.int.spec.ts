import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findFolders } from './folders.js';
import { serverStatus } from './server-status.js';
import { stopServers } from './server-process.js';
import { startStack } from './start-stack.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(process.env['TEST_SERVERS_HOME'] ?? os.tmpdir(), 'own-'));
});
afterEach(async () => {
  await stopServers(home);
  await rm(home, { recursive: true, force: true });
});

it('tells once that all processes are begun, before they can be used', async () => {
  const told: string[] = [];
  const records: ReturnType<typeof serverStatus>[] = [];
  const stack = await startStack({
    folders: { ...findFolders(), home },
    env: { PATH: process.env['PATH'] },
    say: (line) => void (line.includes('listens on') && told.push('listens')),
    launched() {
      told.push('launched');
      records.push(serverStatus(home));
    },
  });
  expect(told.filter((what) => what === 'launched')).toHaveLength(1);
  expect(told.at(-1)).toBe('listens');
  expect((await records[0])?.map(({ name }) => name).sort()).toEqual(['mongod', 'nats-server']);
  // What is in there is nobody else's business, whatever the home itself lets others do.
  for (const folder of ['nats', 'mongo', 'logs'])
    expect((await stat(path.join(home, folder))).mode & 0o077).toBe(0);
  await stack.stop();
});

it('tells so too where nothing is to be begun', async () => {
  const told: string[] = [];
  const folders = { ...findFolders(), home };
  const launched = () => void told.push('launched');
  const env = { NATS_URL: 'nats://elsewhere:4222', MONGODB_URI: 'mongodb://elsewhere/x' };
  await startStack({ folders, env, launched });
  expect(told).toEqual(['launched']);
});
