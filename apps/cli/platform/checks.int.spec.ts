import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findFolders, findFreePort, mongodKind, resolveServer, withoutAddresses } from '#libs/local-stack';
import {
  closeOpened,
  home,
  inputOf,
  listening,
  look,
  makeHome,
  named,
  opened,
  removeHome,
} from './checks.fixtures.js';
import { lookAtAll } from './checks.js';
import { databaseCheck } from './database-check.js';
import type { Check } from './finding.js';

beforeAll(makeHome);
afterEach(closeOpened);
afterAll(removeHome);

describe('this machine', () => {
  it('may have its port taken by somebody else', async () => {
    const address = await listening(createServer());
    const port = Number(address.split(':')[1]);
    const findings = await lookAtAll(inputOf({ port }));
    expect(named(findings, `port ${port}`)).toMatchObject({
      verdict: 'note',
      told: expect.stringContaining('held by'),
      hint: expect.stringContaining(`jobhunter up --port ${port + 1}`),
    });
  });

  it('may have a database that is no replica set', async () => {
    const MONGODB_URI = `mongodb://127.0.0.1:${await plainMongod()}/x?directConnection=true`;
    const findings = await look(databaseCheck, { env: { MONGODB_URI } });
    expect(named(findings, 'database')).toMatchObject({
      verdict: 'bad',
      told: 'answers, but is no replica set',
      hint: expect.stringContaining('--replSet'),
    });
  });

  it('may have a database that is named in a file, as containers have it, and is not there', async () => {
    const file = path.join(home, 'mongodb-uri');
    await writeFile(file, `mongodb://127.0.0.1:${await findFreePort()}/x\n`, { mode: 0o600 });
    const [finding] = await look(databaseCheck, { env: { MONGODB_URI_FILE: file } });
    expect(finding).toMatchObject({
      verdict: 'bad',
      told: expect.stringMatching(/^no database at mongodb:\/\/127\.0\.0\.1:\d+\/x \(.*ECONNREFUSED/),
      hint: expect.stringContaining('MONGODB_USER'),
    });
  });

  it.each([
    [{ MONGODB_URI: 'http://sam:sesame@host' }, 'expected mongodb://host:port/name'],
    [{ MONGODB_URI: 'file:/nowhere/uri' }, 'refers to file:/nowhere/uri, which cannot be read (ENOENT)'],
    [{ MONGODB_URI: 'mongodb://h/x', MONGODB_USER: 'sam' }, 'MONGODB_USER and MONGODB_PASSWORD go together'],
  ])('may have a setting of the database that makes no sense: %j', async (env, said) => {
    const [finding] = await look(databaseCheck, { env: { ...env, NATS_USER: 'alone' } });
    expect(finding).toMatchObject({ verdict: 'bad', told: expect.stringContaining(said) });
    expect(finding?.told).not.toContain('sesame');
    expect(finding?.told).not.toContain('NATS');
  });

  it('may have an address of the database that cannot be read, which is no server to be obtained', async () => {
    const findings = await lookAtAll(inputOf({ env: { MONGODB_URI_FILE: '/nowhere/uri' } }));
    expect(named(findings, 'mongod')).toEqual({
      what: 'mongod',
      verdict: 'bad',
      told: 'MONGODB_URI refers to file:/nowhere/uri, which cannot be read (ENOENT)',
    });
  });

  it('is told of as far as it can be looked at', async () => {
    const broken: Check = () => Promise.reject(new Error('the ground gave way'));
    const whole: Check = async () => [{ what: 'air', verdict: 'ok', told: 'there' }];
    expect(await lookAtAll(inputOf(), [broken, whole])).toMatchObject([
      { what: 'doctor', verdict: 'bad', told: 'a check could not be made: the ground gave way' },
      { what: 'air', verdict: 'ok' },
    ]);
  });
});

/** Starts a mongod as people do who have not heard of replica sets; gives its port. */
async function plainMongod(): Promise<number> {
  const env = withoutAddresses(process.env);
  const folders = findFolders();
  const found = await resolveServer(mongodKind(folders), { cache: folders.cache, env, say: () => undefined });
  if (found.kind !== 'binary') throw new Error('mongod was to be a binary');
  const data = await mkdtemp(path.join(home, 'mongo-'));
  const port = await findFreePort();
  const args = ['--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'];
  const mongod = spawn(found.file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = once(mongod, 'exit');
  opened.push(async () => {
    mongod.kill('SIGKILL');
    await gone;
  });
  for await (const line of createInterface(mongod.stdout))
    if (line.includes('Waiting for connections')) break;
  mongod.stdout.resume();
  return port;
}
