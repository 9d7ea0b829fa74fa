import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import { findFolders } from './folders.js';
import { claimOf } from './lock-file.js';
import { type ProcessRecord, readRecords, recordsFile, writeRecord } from './process-records.js';
import { identify, identifySelf, type ProcessId } from './process-stamp.js';
import { resolveServer } from './resolve-server.js';
import { mongodKind, natsServerKind } from './server-kind.js';
import { stopServers } from './server-process.js';
import { serverStatus } from './server-status.js';
import { startMongod } from './start-mongod.js';
import { type NatsServer, startNats } from './start-nats.js';

type Binary = { file: string; version: string };
let nats: Binary;
let mongod: Binary;
let home: string;

beforeAll(async () => {
  const { PATH } = process.env;
  const options = { cache: findFolders().cache, env: { PATH }, say: () => undefined };
  nats = (await resolveServer(natsServerKind(findFolders()), options)) as Binary & { kind: 'binary' };
  mongod = (await resolveServer(mongodKind(findFolders()), options)) as Binary & { kind: 'binary' };
});
beforeEach(async () => {
  // Below the folder of this run's servers, whose tear-down stops what an interrupted test leaves behind.
  home = await mkdtemp(path.join(process.env['TEST_SERVERS_HOME'] ?? os.tmpdir(), 'own-'));
});
afterEach(async () => {
  await stopServers(home);
  await rm(home, { recursive: true, force: true });
});

const start = (said: string[] = []): Promise<NatsServer> =>
  startNats({ binary: nats, home, say: (line) => said.push(line) });

async function storeOne(url: string): Promise<void> {
  const connection = await connect({ servers: url });
  await (await jetstreamManager(connection)).streams.add({ name: 'KEPT', subjects: ['kept'] });
  await connection.request('kept', 'hello');
  await connection.close();
}

/** Some other process that lives while `use` runs. */
async function withBystander(use: (other: ProcessId) => Promise<void>): Promise<void> {
  const bystander = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
  await once(bystander, 'spawn');
  const gone = once(bystander, 'exit');
  try {
    await use((await identify(bystander.pid ?? 0)) as ProcessId);
  } finally {
    bystander.kill();
    await gone;
  }
}

async function countStored(url: string): Promise<number> {
  const connection = await connect({ servers: url });
  const { state } = await (await jetstreamManager(connection)).streams.info('KEPT');
  await connection.close();
  return state.messages;
}

describe('a server that is started', () => {
  it('writes down pid, port and version, and is gone with its record after stop', async () => {
    const server = await start();
    expect(await serverStatus(home)).toMatchObject([
      { name: 'nats-server', pid: server.pid, port: server.port, version: nats.version, alive: true },
    ]);
    expect(await readFile(server.logFile, 'utf8')).toContain('Server is ready');
    await server.stop();
    expect(await identify(server.pid)).toBeUndefined();
    expect(await serverStatus(home)).toEqual([]);
  });

  it('is adopted, not doubled, by a second start in the same folder', async () => {
    const first = await start();
    const [second, third] = await Promise.all([start(), start()]);
    expect([second.pid, third.pid]).toEqual([first.pid, first.pid]);
    expect([first.adopted, second.adopted]).toEqual([false, true]);
  });

  it('is started once when two ask at the same moment', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.pid).toBe(other.pid);
  });

  it('keeps its data over stop and start', async () => {
    const first = await start();
    await storeOne(first.url);
    await first.stop();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await countStored(second.url)).toBe(1);
  });
});

describe('a broker that is started', () => {
  it('stores a message of 2 MB', async () => {
    const { url } = await start();
    const connection = await connect({ servers: url });
    const { streams } = await jetstreamManager(connection);
    await streams.add({ name: 'LARGE', subjects: ['large'] });
    const answer = await connection.request('large', new Uint8Array(2_000_000));
    expect(answer.json()).toMatchObject({ stream: 'LARGE', seq: 1 });
    expect((await streams.getMessage('LARGE', { seq: 1 }))?.data).toHaveLength(2_000_000);
    await connection.close();
  });
});

describe('a record that is left over', () => {
  it('of a server killed by -9 is told, and the data is taken up again', async () => {
    const killed = await start();
    await storeOne(killed.url);
    await killed.kill();
    expect(await serverStatus(home)).toMatchObject([{ pid: killed.pid, alive: false }]);

    const said: string[] = [];
    const server = await start(said);
    expect(said[0]).toBe(
      `nats-server: process ${killed.pid} of an earlier start is gone; starting again on its data`,
    );
    expect(await countStored(server.url)).toBe(1);
  });

  it('whose pid has gone to another process harms nobody', async () => {
    const server = await start();
    const record = (await readRecords(home))['nats-server'] as ProcessRecord;
    await server.stop();
    await withBystander(async ({ pid, stamp }) => {
      await writeRecord(home, 'nats-server', { ...record, pid });
      expect(await stopServers(home)).toEqual([]);
      expect(await identify(pid)).toEqual({ pid, stamp });
    });
  });

  it('of a lock whose holder died does not block the start', async () => {
    const dead = { pid: process.pid, stamp: 'of old' };
    await writeFile(claimOf(path.join(home, 'nats-server.lock'), dead), '');
    expect((await start()).adopted).toBe(false);
  });
});

describe('what was written down about servers', () => {
  it.each(['', '{"nats-server": {"pid": 1'])(
    'counts for nothing where a power loss has left %j of it',
    async (left) => {
      await writeFile(recordsFile(home), left);
      expect(await readRecords(home)).toEqual({});
      expect(await serverStatus(home)).toEqual([]);
      expect((await start()).adopted).toBe(false);
      expect(Object.keys(await readRecords(home))).toEqual(['nats-server']);
    },
  );
});

describe('who stops a server', () => {
  it('is not a process that merely uses it while its owner lives', async () => {
    const server = await start();
    const record = (await readRecords(home))['nats-server'] as ProcessRecord;
    await withBystander(async (owner) => {
      await writeRecord(home, 'nats-server', { ...record, owner });
      await server.stop();
      expect(await identify(server.pid)).toBeDefined();
      expect(await stopServers(home)).toEqual(['nats-server']);
    });
  });

  it('is whoever takes it up after its owner is gone', async () => {
    const server = await start();
    const record = (await readRecords(home))['nats-server'] as ProcessRecord;
    await writeRecord(home, 'nats-server', { ...record, owner: { pid: record.owner.pid, stamp: 'of old' } });
    const heir = await start();
    expect((await readRecords(home))['nats-server']?.owner).toEqual(await identifySelf());
    await heir.stop();
    expect(await identify(server.pid)).toBeUndefined();
    expect(JSON.parse(await readFile(recordsFile(home), 'utf8'))).toEqual({});
  });
});

describe('a start that fails', () => {
  it('on a port that is taken says so with the end of the log, and leaves no record', async () => {
    const squatter = net.createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as net.AddressInfo;
    try {
      await expect(startNats({ binary: nats, home, port })).rejects.toMatchObject({
        code: 'local-stack/server-start',
        message: expect.stringMatching(/address already in use/),
      });
      expect(await readRecords(home)).toEqual({});
    } finally {
      squatter.close();
      await once(squatter, 'close');
    }
  });

  it('of a binary that is none says so', async () => {
    const binary = { file: path.join(home, 'missing'), version: '2.15.0' };
    await expect(startNats({ binary, home })).rejects.toThrow('the binary cannot be run');
  });
});

describe('mongod', () => {
  it('is a writable replica set again on another port, with its data', async () => {
    const first = await startMongod({ binary: mongod, home });
    const before = await mongoose.createConnection(first.uri).asPromise();
    await before.collection('notes').insertOne({ text: 'kept' });
    await before.close();
    await first.stop();

    const second = await startMongod({ binary: mongod, home });
    expect(second.port).not.toBe(first.port);
    const after = await mongoose.createConnection(second.uri).asPromise();
    await after.transaction((session) => after.collection('notes').insertOne({ text: 'new' }, { session }));
    expect(await after.collection('notes').countDocuments()).toBe(2);
    await after.close();
  });
});
