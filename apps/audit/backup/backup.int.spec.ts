import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { FlowClient, flow, FlowRegistry, serveStarts, serveSteering, startOrchestrator } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { flowRunId, withArchive } from '#libs/run-log';
import type { FlowRunId } from '#libs/run-log';
import { ownMongod, ownNats } from '#libs/testing';
import type { OwnServer } from '#libs/testing';
import { Archive } from '../archive/archive.fixtures.js';
import { dump } from '../projection/dump.fixtures.js';
import { backup, readBackup, restore } from './backup.js';

Logger.overrideLogger(false);
const silent = { warn: () => undefined, error: () => undefined };
const by = { actor: { userId: 'someone', channel: 'api' } } as const;

class NoInput {
  @IsOptional()
  @IsString()
  text?: string;
}
const waits = flow({ name: 'waits', description: 'Waits.', input: NoInput }, async (_input, ctx) => ({
  told: await ctx.signal('go'),
}));
const greets = flow({ name: 'greets', description: 'Ends at once.', input: NoInput }, () =>
  Promise.resolve({ said: 'hello' }),
);
const sleeps = flow({ name: 'sleeps', description: 'Sleeps.', input: NoInput }, async (_input, ctx) => {
  await ctx.sleep(2);
  return { slept: true };
});

let folder: string;
let servers: OwnServer[];
let opened: { close(): Promise<void> }[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'backup-'));
  servers = await Promise.all([ownNats(), ownMongod(), ownNats(), ownMongod()]);
  opened = [];
});
afterEach(async () => {
  for (const each of opened.reverse()) await each.close();
  await Promise.all(servers.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

/** Services over a broker and a database. */
async function start(nats: OwnServer, mongod: OwnServer) {
  const at = await Archive.over(nats.url, mongod.url);
  opened.push(at);
  const { log } = at;
  const registry = new FlowRegistry([greets, waits, sleeps]);
  const buckets = jetStreamBuckets(log.connection);
  opened.push(await startOrchestrator({ log, registry, buckets, logger: silent }));
  opened.push(await serveStarts(log.connection, log, registry));
  opened.push(await serveSteering(log.connection, { log, registry, buckets }));
  return { at, log, client: new FlowClient(log.connection, log) };
}

/** Waits until a run is folded, and what was said to it is settled. Gives its history. */
async function settled({ log, projections }: Archive, runId: FlowRunId) {
  const history = await log.readRun(runId);
  while (!(await log.isSettled(runId, history.last)));
  await projections.runs.reaches(history.last);
  return history;
}

const partsOf = ({ log, open }: Archive) => ({ nats: log.connection, db: open.connection.db! });

describe('a backup', () => {
  it('brings a system back that goes on with what was waiting, with archive and records', async () => {
    const [nats, mongod, otherNats, otherMongod] = servers as [OwnServer, OwnServer, OwnServer, OwnServer];
    const { at, client } = await start(nats, mongod);
    const { runId } = await client.start('greets', {}, { ...by, idempotencyKey: 'key' });
    await client.result(runId);
    const done = await settled(at, runId);
    expect(await at.archiver().archive(runId, at.due, at.clock.now())).toBe('archived');
    const waiting = await client.start('waits', {}, by);
    const sleeping = await client.start('sleeps', {}, by);
    for (const each of [waiting, sleeping]) {
      while ((await at.log.readRun(each.runId)).lastDecision === 0);
      await settled(at, each.runId);
    }
    const copy = path.join(folder, 'copy');
    const manifest = await backup(partsOf(at), copy);
    expect(manifest.streams.map(({ config }) => config.name)).toEqual(
      expect.arrayContaining(['CALLS', 'RUN']),
    );
    const records = await dump(at.open.connection);
    const { epoch, lastSeq } = await at.log.info('RUN');
    // What comes later is not in it, though the database was read last.
    for (const each of opened.splice(0).reverse()) await each.close();
    await Promise.all([nats.stop(), mongod.stop()]);

    const empty = await Archive.over(otherNats.url, otherMongod.url);
    const parts = partsOf(empty);
    await expect(restore(parts, copy)).rejects.toMatchObject({ code: 'audit/bad-backup' });
    await empty.projections.close();
    await restore(parts, copy, { replace: true });
    await empty.close();

    const back = await start(otherNats, otherMongod);
    expect(back.at.projections.runs.halted).toMatchObject({ code: 'audit/epoch-changed' });
    await back.at.projections.rebuild();
    expect(back.at.projections.runs.halted).toBeUndefined();
    const info = await back.log.info('RUN');
    expect(info.epoch).not.toBe(epoch);
    expect(info.lastSeq).toBeGreaterThanOrEqual(lastSeq);
    expect((await withArchive(back.log, back.at.archive).readRun(runId)).events).toEqual(done.events);
    const kept = JSON.parse(records) as { _id: string }[][];
    const again = JSON.parse(await dump(back.at.open.connection)) as { _id: string }[][];
    expect(again.map((each) => each.map(({ _id }) => _id))).toEqual(
      kept.map((each) => each.map(({ _id }) => _id)),
    );

    expect(await back.client.result(sleeping.runId)).toMatchObject({ result: { slept: true } });
    await back.client.signal(waiting.runId, 'go', 7, by);
    expect(await back.client.result(waiting.runId)).toMatchObject({ result: { told: 7 } });
    const { last } = await back.log.readRun(waiting.runId);
    await back.at.projections.runs.reaches(last);
    expect(await back.at.collections.flowRuns.findOne({ _id: waiting.runId })).toMatchObject({
      status: 'completed',
    });
  });

  it('holds a run that leaves the log meanwhile, which leaves it again after it was put back', async () => {
    const [nats, mongod, otherNats, otherMongod] = servers as [OwnServer, OwnServer, OwnServer, OwnServer];
    const at = await Archive.over(nats.url, mongod.url);
    opened.push(at);
    const { runId, events } = await at.happen('run-1', { idempotencyKey: 'key' });
    await at.log.connection.request(
      '$JS.API.STREAM.CREATE.EVENTS',
      '{"name":"EVENTS","subjects":["event.>"]}',
    );
    const copy = path.join(folder, 'copy');
    const nth: string[] = [];
    const say = (line: string): void => void nth.push(line);
    const parts = { ...partsOf(at), say };
    const collections = parts.db.listCollections.bind(parts.db);
    // The log has been read, and the database not yet.
    jest.spyOn(parts.db, 'listCollections').mockImplementationOnce((...with_) => {
      const cursor = collections(...with_);
      const toArray = cursor.toArray.bind(cursor);
      cursor.toArray = async () => {
        expect(await at.archiver().archive(runId, at.due, at.clock.now())).toBe('archived');
        return toArray();
      };
      return cursor;
    });
    await backup(parts, copy);
    expect(nth.slice(0, 3)).toEqual(['stream EVENTS', 'stream RUN', 'stream CALLS']);
    expect((await at.log.readRun(runId)).events).toHaveLength(2);
    const empty = await Archive.over(otherNats.url, otherMongod.url);
    await empty.projections.close();
    await restore(partsOf(empty), copy, { replace: true });
    await empty.close();

    const back = await Archive.over(otherNats.url, otherMongod.url);
    opened.push(back);
    expect((await back.log.readRun(runId)).events).toHaveLength(events.length);
    await back.projections.rebuild();
    await back.retention().turn();
    expect((await back.log.readRun(runId)).events).toHaveLength(2);
    const read = await withArchive(back.log, back.archive).readRun(runId);
    expect(read.events.map(({ event }) => event)).toEqual(events.map(({ event }) => event));
  });

  it('is refused into a folder that holds something, and from one that was changed, before anything is touched', async () => {
    const [nats, mongod] = servers as [OwnServer, OwnServer];
    const at = await Archive.over(nats.url, mongod.url);
    opened.push(at);
    await at.happen('run-1');
    const copy = path.join(folder, 'copy');
    const { streams } = await backup(partsOf(at), copy);
    await expect(backup(partsOf(at), copy)).rejects.toMatchObject({ code: 'audit/bad-backup' });
    const file = path.join(copy, streams[0]!.file);
    await writeFile(file, Buffer.concat([await readFile(file), Buffer.from('x')]));
    await expect(readBackup(copy)).rejects.toThrow(/is missing or was changed since/);
    await expect(restore(partsOf(at), copy, { replace: true })).rejects.toMatchObject({
      code: 'audit/bad-backup',
    });
    expect((await at.log.readRun(flowRunId('run-1'))).events.length).toBeGreaterThan(2);
    await expect(readBackup(folder)).rejects.toThrow(/it has no manifest\.json/);
  });
});
