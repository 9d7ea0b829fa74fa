import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import mongoose from 'mongoose';
import {
  DocumentLineage,
  GetArchivedRun,
  GetDeadLetter,
  GetLogStorage,
  GetRebuild,
  GetTaskRun,
  ListDeadLetters,
  RunLineage,
  SettleDeadLetter,
  StartRebuild,
} from '#libs/contracts';
import { OperationClient } from '#libs/operations';
import { connectRunLog, flowRunId, streamSeq, taskRunId } from '#libs/run-log';
import type { Actor, JetStreamRunLog } from '#libs/run-log';
import {
  answered,
  childScheduled,
  claimed,
  done,
  failure,
  finished,
  flowStarted,
  scheduled,
  startRequested,
} from '#libs/run-records/testing';
import { testMongoUri, testNats } from '#libs/testing';
import { startAudit } from '../index.js';
import type { RunningAudit } from '../index.js';

Logger.overrideLogger(false);
const broker = testNats();
const mongoUri = testMongoUri();
const admin: Actor = { userId: 'local', channel: 'cli' };
const ann: Actor = { userId: 'ann', channel: 'api' };
const bob: Actor = { userId: 'bob', channel: 'api' };
const END = { type: 'FlowCompleted', result: 1 } as const;

let audit: RunningAudit;
let log: JetStreamRunLog;
let client: OperationClient;
let database: mongoose.Connection;

const refs = (...ids: string[]) => ({
  ...done,
  resultRefs: ids.map((id) => {
    const [collection = '', documentId = ''] = id.split('/');
    return { collection, documentId };
  }),
});

const dead = (id: string, actor: Actor) => ({
  ...claimed(id, { actor, input: { name: 'you', token: '[redacted]' } }),
  type: 'DeadLettered' as const,
  runId: flowRunId('run-1'),
  attempt: 2,
  deliveries: 5,
  error: failure,
});

beforeAll(async () => {
  audit = await startAudit({ natsUrl: broker.url, mongoUri });
  await audit.folding;
  log = await connectRunLog({ servers: broker.url, name: 'spec' });
  client = new OperationClient({ nats: log.connection, log });
  database = await mongoose.createConnection(mongoUri).asPromise();
  const parent = flowRunId('run-1');
  const child = flowRunId('run-2');
  await log.start(parent, startRequested({ actor: ann }));
  await log.start(child, startRequested({ actor: ann, parent: { runId: parent, step: 2 } }));
  await log.start(flowRunId('run-3'), startRequested({ actor: bob }));
  const of = (actor: Actor) => ({ actor });
  const decided = await log.decide(parent, streamSeq(0), [
    flowStarted,
    scheduled('t1', of(ann)),
    childScheduled(2, 'run-2'),
  ]);
  await log.outcome(parent, finished('t1', refs('jobs/1', 'jobs/2', 'pages/7')));
  await log.decide(parent, decided, [END]);
  await log.decide(child, streamSeq(0), [
    flowStarted,
    scheduled('t2', { ...of(ann), createTaskrun: true }),
    scheduled('t3', of(ann)),
  ]);
  await log.outcome(child, finished('t2', refs('jobs/3')));
  await log.outcome(child, finished('t3', done));
  await log.decide(flowRunId('run-3'), streamSeq(0), [flowStarted, scheduled('t4', of(bob))]);
  await log.call(claimed('c1', { actor: ann, replayOf: taskRunId('t1') }));
  await log.call(answered('c1', refs('jobs/1')));
  await log.call(dead('d1', ann));
  const calls = await log.call(dead('d2', bob));
  const runs = await log.outcome(flowRunId('run-3'), finished('t4', refs('jobs/1')));
  await audit.reaches({ RUN: runs, CALLS: calls });
});
afterAll(async () => {
  await database.close();
  await log.close();
  await audit.close();
});

describe('lineage', () => {
  const docs = (items: readonly { readonly documents: readonly { readonly documentId: string }[] }[]) =>
    items.map(({ documents }) => documents.map(({ documentId }) => documentId).join());

  it('lists what a run and those that it started have made, page by page', async () => {
    const first = await client.call(RunLineage, { flowRunId: 'run-1', limit: 1 }, { actor: ann });
    expect(docs(first.items)).toEqual(['1,2,7']);
    expect(first.items).toMatchObject([{ taskRunId: 't1', operationName: 'say_hello', flowRunId: 'run-1' }]);
    const cursor = first.nextCursor ?? '';
    const second = await client.call(RunLineage, { flowRunId: 'run-1', limit: 1, cursor }, { actor: ann });
    expect(docs(second.items)).toEqual(['3']);
    expect(second).toMatchObject({ nextCursor: null, truncated: false });
    const jobs = await client.call(RunLineage, { flowRunId: 'run-1', collection: 'pages' }, { actor: ann });
    expect(docs(jobs.items)).toEqual(['7']);
  });

  it('lists what touched a document, the latest first, to each only their own', async () => {
    const touching = { collection: 'jobs', documentId: '1' };
    const ids = async (actor: Actor) =>
      (await client.call(DocumentLineage, touching, { actor })).items.map(({ taskRunId: id }) => id);
    expect((await ids(admin)).sort()).toEqual(['c1', 't1', 't4']);
    expect((await ids(ann)).sort()).toEqual(['c1', 't1']);
    expect(await ids(bob)).toEqual(['t4']);
    await expect(
      client.call(DocumentLineage, { ...touching, user: 'ann' }, { actor: bob }),
    ).rejects.toMatchObject({ code: 'audit/not-allowed' });
    await expect(client.call(RunLineage, { flowRunId: 'run-1' }, { actor: bob })).rejects.toMatchObject({
      code: 'audit/not-found',
    });
  });

  it('is served by an index', async () => {
    const plan = async (filter: object) =>
      JSON.stringify(
        await database
          .collection('task_runs')
          .find({ ...filter, 'resultRefs.0': { $exists: true } })
          .sort({ createdAt: -1, _id: -1 })
          .explain(),
      );
    expect(await plan({ resultRefs: { $elemMatch: { collection: 'jobs', documentId: '1' } } })).not.toMatch(
      /COLLSCAN/,
    );
    expect(await plan({ flowRunId: { $in: ['run-1', 'run-2'] } })).not.toMatch(/COLLSCAN/);
  });
});

describe('an execution that was run again', () => {
  it('is linked to the first one both ways', async () => {
    expect(await client.call(GetTaskRun, { taskRunId: 'c1' }, { actor: ann })).toMatchObject({
      replayOf: 't1',
      replays: [],
    });
    expect(await client.call(GetTaskRun, { taskRunId: 't1' }, { actor: ann })).toMatchObject({
      replayOf: null,
      replays: ['c1'],
    });
  });
});

describe('dead letters', () => {
  const settle = (input: object, actor = ann) =>
    client.call(SettleDeadLetter, { deadLetterId: 'd1.2', as: 'retried', ...input } as never, { actor });

  it('are listed to whom they belong', async () => {
    const { items } = await client.call(ListDeadLetters, {}, { actor: ann });
    expect(items).toMatchObject([
      {
        id: 'd1.2',
        operationName: 'say_hello',
        status: 'open',
        deliveries: 5,
        flowRunId: 'run-1',
        input: { name: 'you', token: '[redacted]' },
        flags: { dryRun: true },
        error: { code: 'greeter/busy' },
      },
    ]);
    expect((await client.call(ListDeadLetters, { status: 'open' }, { actor: admin })).items).toHaveLength(2);
    await expect(client.call(GetDeadLetter, { deadLetterId: 'd1.2' }, { actor: bob })).rejects.toMatchObject({
      code: 'audit/not-found',
    });
    await expect(settle({}, bob)).rejects.toMatchObject({ code: 'audit/not-found' });
    await expect(client.call(GetDeadLetter, { deadLetterId: 'd1' }, { actor: ann })).rejects.toMatchObject({
      fields: [{ field: 'deadLetterId' }],
    });
  });

  it('are settled once, by one of several, and told by whom and why', async () => {
    const both = await Promise.allSettled([
      settle({ retryTaskRunId: 'r1' }),
      settle({ retryTaskRunId: 'r2' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { retryTaskRunId = '' } = await client.call(
      GetDeadLetter,
      { deadLetterId: 'd1.2' },
      { actor: ann },
    );
    await expect(settle({ as: 'dropped', reason: 'no more' })).rejects.toMatchObject({
      code: 'audit/settled',
      message: `the dead letter d1.2 was retried as ${retryTaskRunId} by ann before`,
    });
    await expect(settle({ retryTaskRunId: 'r3', after: 'other' })).rejects.toMatchObject({
      code: 'audit/settled',
    });
    await settle({ retryTaskRunId: 'r3', after: retryTaskRunId });
    await client.call(
      SettleDeadLetter,
      { deadLetterId: 'd2.2', as: 'dropped', reason: 'gone' },
      { actor: bob },
    );
    expect(await client.call(GetDeadLetter, { deadLetterId: 'd2.2' }, { actor: bob })).toMatchObject({
      status: 'dropped',
      settledBy: { userId: 'bob' },
      reason: 'gone',
      settledAt: expect.any(String),
    });
  });

  it('keep what became of them through a rebuild', async () => {
    const before = await client.call(ListDeadLetters, {}, { actor: admin });
    await expect(client.call(StartRebuild, {}, { actor: ann })).rejects.toMatchObject({
      code: 'audit/not-allowed',
    });
    await client.call(StartRebuild, {}, { actor: admin });
    for (let state = 'running'; state === 'running';)
      ({ state } = await client.call(GetRebuild, {}, { actor: admin }));
    expect(await client.call(GetRebuild, {}, { actor: admin })).toMatchObject({
      state: 'done',
      result: { flowRuns: 3, archived: 0 },
    });
    expect(await client.call(ListDeadLetters, {}, { actor: admin })).toEqual(before);
  });
});

describe('a rebuild', () => {
  it('is refused while another one runs, and taken over once that has died', async () => {
    const rebuilds = database.collection('audit_rebuilds');
    const running = (until: number) =>
      rebuilds.updateOne({}, { $set: { state: 'running', until: new Date(until), by: 'another' } });
    await running(Date.now() + 3_600_000);
    await expect(client.call(StartRebuild, {}, { actor: admin })).rejects.toMatchObject({
      code: 'audit/rebuild-running',
    });
    await running(Date.now() - 1);
    expect(await client.call(GetRebuild, {}, { actor: admin })).toMatchObject({ state: 'broken off' });
    await client.call(StartRebuild, {}, { actor: admin });
    for (let state = 'running'; state === 'running';)
      ({ state } = await client.call(GetRebuild, {}, { actor: admin }));
  });
});

describe('the archive', () => {
  it('tells what it has not, and how full the log is', async () => {
    await expect(client.call(GetArchivedRun, { flowRunId: 'run-1' }, { actor: ann })).rejects.toMatchObject({
      code: 'audit/not-found',
    });
    await expect(client.call(GetLogStorage, {}, { actor: ann })).rejects.toMatchObject({
      code: 'audit/not-allowed',
    });
    expect(await client.call(GetLogStorage, {}, { actor: admin })).toMatchObject({
      bytes: expect.any(Number),
      limit: null,
      finishedInLog: 1,
      archivedRuns: 0,
      archivedBytes: 0,
    });
  });

  it('hands out the pieces that there are, and tells nobody else that there is such a run', async () => {
    const data = Buffer.from('packed');
    const archivedAt = new Date();
    const head = {
      _id: 'kept' as never,
      userId: 'ann',
      pieces: 0,
      copy: 'c',
      data,
      archivedAt,
      endedAt: archivedAt,
    };
    await database.collection('run_archive').insertOne({ ...head, inLog: 'nothing' });
    const piece = (n: number, actor: Actor) =>
      client.call(GetArchivedRun, { flowRunId: 'kept', piece: n }, { actor });
    expect(await piece(0, ann)).toMatchObject({ pieces: 1, data: data.toString('base64') });
    await expect(piece(1, ann)).rejects.toMatchObject({
      code: 'operation/invalid-input',
      fields: [{ field: 'piece', value: 1 }],
    });
    for (const n of [0, 1]) await expect(piece(n, bob)).rejects.toMatchObject({ code: 'audit/not-found' });
  });
});
