import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { findFolders } from './folders.js';
import { natsConfig } from './nats-config.js';

it('takes messages of 8 MiB, and leaves out what else nobody set, so that the server keeps its defaults', () => {
  expect(JSON.parse(natsConfig({ port: 4222, storeDir: '/data' }))).toEqual({
    listen: '127.0.0.1:4222',
    max_payload: 8_388_608,
    jetstream: { store_dir: '/data' },
  });
});

it('writes syncs, limits and accounts in the words of the server', () => {
  const settings = { syncAlways: true, maxFileStore: 1024, maxPayload: 512, accounts: ['a'] };
  expect(JSON.parse(natsConfig({ port: 1, storeDir: 'a folder', ...settings }))).toEqual({
    listen: '127.0.0.1:1',
    max_payload: 512,
    jetstream: { store_dir: 'a folder', max_file_store: 1024, sync_interval: 'always' },
    accounts: { a: { jetstream: 'enabled', users: [{ user: 'a', password: 'a' }] } },
  });
});

it('allows the same size of a message as the configuration for containers', () => {
  const deployed = readFileSync(path.join(findFolders().root, 'deploy', 'nats', 'nats.conf'), 'utf8');
  expect(deployed).toMatch(/^max_payload: 8MB$/m);
});

it('includes a file of further settings', () => {
  const include = 'users.conf';
  expect(natsConfig({ port: 1, storeDir: '/data', include }).split('\n')).toEqual([
    'listen: "127.0.0.1:1"',
    'max_payload: 8388608',
    'jetstream: {"store_dir":"/data"}',
    'include "users.conf"',
    '',
  ]);
});
