import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { openConnection } from '#libs/mongo';
import type { OpenConnection } from '#libs/mongo';
import { connectRunLog, flowRunId, streamSeq } from '#libs/run-log';
import type { JetStreamRunLog, RunLog } from '#libs/run-log';
import { ownMongod, testMongoUri, testNats, virtualClock } from '#libs/testing';
import type { VirtualClock } from '#libs/testing';
import {
  answered,
  approvalAnswered,
  approvalRequested,
  artifact,
  BEGIN,
  claimed,
  done,
  failure,
  finished,
  flowStarted,
  scheduled,
  startRequested,
} from '#libs/run-records/testing';
import { MODELS } from '../records/models.js';
import { collectionsOf } from './collections.js';
import { dump } from './dump.fixtures.js';
import { PROJECTION } from './names.js';
import { Projections } from './projections.js';
import { Tally } from './tally.js';

Logger.overrideLogger(false);
const quiet = { info: () => undefined, warn: () => undefined };

let log: JetStreamRunLog;
let clock: VirtualClock;
let tally: Tally;
let open: OpenConnection;
let projections: Projections;

/** One run with a retried task, and some direct calls. Returns the last sequences of both streams. */
async function happen(run: string): Promise<{ runs: number; calls: number }> {
  const id = flowRunId(run);
  const t1 = `${run}-t1`;
  await log.start(id, startRequested());
  let decided = await log.decide(id, streamSeq(0), [flowStarted, scheduled(t1)]);
  await log.outcome(id, finished(t1, { status: 'failed', error: failure }));
  decided = await log.decide(id, decided, [
    scheduled(t1, { attempt: 2 }),
    artifact(2),
    approvalRequested(3),
    approvalRequested(4),
  ]);
  await log.request(id, approvalAnswered(3, true), `${run}-answer`);
  await log.outcome(id, finished(t1, done, { attempt: 2, from: 7, to: 9 }));
  await log.call(claimed(`${run}-c1`, { flowRunId: id, parentTaskRunId: t1 }));
  await log.call(answered(`${run}-c1`, done));
  const calls = await log.call(claimed(`${run}-c2`));
  const runs = await log.decide(id, decided, [{ type: 'FlowCompleted', result: { ok: true } }]);
  return { runs, calls };
}

function project(over: { readonly log?: RunLog; readonly opened?: OpenConnection } = {}): Projections {
  const { connection } = over.opened ?? open;
  for (const { name, schema } of MODELS) if (!connection.models[name]) connection.model(name, schema);
  return new Projections({
    connection,
    log: over.log ?? log,
    clock,
    tally,
    me: 'spec',
    lostEveryMs: 1_000,
  });
}

async function reached(ends: { runs: number; calls: number }): Promise<void> {
  await Promise.all([projections.runs.reaches(ends.runs), projections.calls.reaches(ends.calls)]);
}

beforeEach(async () => {
  log = await connectRunLog({ servers: testNats().url, name: 'spec', leaseMs: 1_000 });
  clock = virtualClock(BEGIN + 1_000);
  tally = new Tally();
  open = openConnection({ uri: testMongoUri(), appName: 'spec' }, quiet);
  await open.keeper.connected;
  projections = project();
});
afterEach(async () => {
  await projections.close();
  await open.keeper.stop();
  await log.close();
});

describe('the projections', () => {
  it('bring the streams into the database and note how far', async () => {
    await projections.start(quiet);
    const ends = await happen('run-1');
    await reached(ends);
    const { taskRuns, flowRuns, positions } = collectionsOf(open.connection);
    expect(await flowRuns.findOne({ _id: 'run-1' })).toMatchObject({
      status: 'completed',
      tasks: { total: 1, success: 1 },
      lastSeq: ends.runs,
    });
    expect(await taskRuns.findOne({ _id: 'run-1-t1' })).toMatchObject({
      status: 'success',
      attempt: 2,
      orchestrated: true,
    });
    expect(await taskRuns.findOne({ _id: 'run-1-c1' })).toMatchObject({
      status: 'success',
      flowRunId: 'run-1',
      parentTaskRunId: 'run-1-t1',
      orchestrated: true,
    });
    const { epoch } = await log.info('RUN');
    expect(await positions.findOne({ _id: PROJECTION.RUN })).toMatchObject({
      stream: 'RUN',
      epoch,
      seq: ends.runs,
    });
  });

  it('rebuild the same records from zero, byte for byte, and mend what was spoilt', async () => {
    await projections.start(quiet);
    await happen('run-1');
    const ends = await happen('run-2');
    await reached(ends);
    await clock.advance(60_000);
    await projections.lookForLostCalls();
    const { taskRuns, flowRuns, artifacts, approvals } = collectionsOf(open.connection);
    const lost = await taskRuns.countDocuments({ errorCode: 'lost' });
    const before = await dump(open.connection);
    await taskRuns.updateMany({}, { $set: { status: 'failed', errorMessage: 'spoilt' } });
    await flowRuns.updateOne({ _id: 'run-1' }, { $set: { 'tasks.success': 99 } });
    await artifacts.updateOne({ flowRunId: 'run-1' }, { $set: { data: '"spoilt"' } });
    await approvals.deleteOne({ _id: 'run-1.3' });

    const rebuilt = await projections.rebuild();

    expect(rebuilt).toMatchObject({ taskRuns: 6, flowRuns: 2, artifacts: 2, approvals: 4, carriedOver: 0 });
    expect(await dump(open.connection)).toBe(before);
    expect(lost).toBe(2);
    await reached(await happen('run-3'));
    expect(await flowRuns.findOne({ _id: 'run-3' })).toMatchObject({ status: 'completed' });
  });

  it('rebuild an empty database, and carry over what the log has forgotten', async () => {
    await projections.start(quiet);
    const ends = await happen('run-1');
    await reached(ends);
    const before = await dump(open.connection);
    const { taskRuns, flowRuns, artifacts, approvals } = collectionsOf(open.connection);
    await Promise.all([
      taskRuns.deleteMany({}),
      flowRuns.deleteMany({}),
      artifacts.deleteMany({}),
      approvals.deleteMany({}),
    ]);
    await projections.rebuild();
    expect(await dump(open.connection)).toBe(before);

    const old = await taskRuns.findOne({ _id: 'run-1-c1' });
    await taskRuns.insertOne({ ...old!, _id: 'long-ago' });
    const shown = await artifacts.findOne({ flowRunId: 'run-1' });
    await artifacts.insertOne({ ...shown!, _id: 'run-0.000000000000001' });
    expect(await projections.rebuild()).toMatchObject({ carriedOver: 2 });
    expect(await artifacts.countDocuments()).toBe(2);
    expect(await taskRuns.findOne({ _id: 'long-ago' })).toMatchObject({ status: 'success' });
    const indexes = await taskRuns.indexes();
    expect(indexes.length).toBeGreaterThan(8);
  });

  it('record a direct call as lost past its deadline, and correct it when its outcome comes late (rule 18)', async () => {
    await projections.start(quiet);
    const ends = await happen('run-1');
    await reached(ends);
    const { taskRuns } = collectionsOf(open.connection);
    await clock.advance(20_000);
    expect(await taskRuns.findOne({ _id: 'run-1-c2' })).toMatchObject({ status: 'running' });
    await projections.lookForLostCalls();
    expect(await taskRuns.findOne({ _id: 'run-1-c2' })).toMatchObject({ status: 'running' });
    await clock.advance(20_000);
    await projections.lookForLostCalls();
    expect(await taskRuns.findOne({ _id: 'run-1-c2' })).toMatchObject({
      status: 'failed',
      errorCode: 'lost',
      finishedAt: new Date(BEGIN + 30_000),
      deadline: null,
    });
    const calls = await log.call(answered('run-1-c2', done));
    await projections.calls.reaches(calls);
    expect(await taskRuns.findOne({ _id: 'run-1-c2' })).toMatchObject({ status: 'success', errorCode: null });
  });

  it('halt with an alarm when the stream is another than before, until they are rebuilt', async () => {
    await projections.start(quiet);
    const ends = await happen('run-1');
    await reached(ends);
    await projections.close();
    await collectionsOf(open.connection).positions.updateOne(
      { _id: PROJECTION.RUN },
      { $set: { epoch: 'older' } },
    );
    projections = project();
    await projections.start(quiet);
    expect(projections.runs.halted).toMatchObject({ code: 'audit/epoch-changed' });
    expect(projections.calls.halted).toBeUndefined();

    await projections.rebuild();
    expect(projections.runs.halted).toBeUndefined();
    await reached(await happen('run-2'));
    const { flowRuns } = collectionsOf(open.connection);
    expect(await flowRuns.countDocuments({ status: 'completed' })).toBe(2);
  });

  it('halt with an alarm when the stream has lost what was read', async () => {
    await projections.start(quiet);
    const ends = await happen('run-1');
    await reached(ends);
    await projections.close();
    await collectionsOf(open.connection).positions.updateOne(
      { _id: PROJECTION.RUN },
      { $inc: { seq: 1_000 } },
    );
    projections = project();
    await projections.start(quiet);
    expect(projections.runs.halted).toMatchObject({ code: 'audit/ahead-of-log' });
  });

  it('read again what the database has lost to a restored backup', async () => {
    await projections.start(quiet);
    await reached(await happen('run-1'));
    await projections.close();
    await open.connection.dropDatabase();
    projections = project();
    await projections.start(quiet);
    await reached(await happen('run-2'));
    const { flowRuns, taskRuns } = collectionsOf(open.connection);
    expect(await flowRuns.countDocuments({ status: 'completed' })).toBe(2);
    expect(await taskRuns.countDocuments()).toBe(6);
  });
});

describe('the projections while the database is away', () => {
  let mongod: Awaited<ReturnType<typeof ownMongod>>;
  let own: OpenConnection;
  beforeAll(async () => {
    mongod = await ownMongod();
  });
  afterAll(() => mongod.stop());

  it('wait, and lose nothing', async () => {
    own = openConnection({ uri: mongod.url, appName: 'spec', serverSelectionTimeoutMS: 200 }, quiet);
    await own.keeper.connected;
    await projections.close();
    projections = project({ opened: own });
    await projections.start(quiet);
    await reached(await happen('run-1'));
    await mongod.kill();
    const ends = await happen('run-2');
    await mongod.restart();
    const folded = reached(ends);
    let isFolded = false;
    void folded.then(() => (isFolded = true));
    // The clock stands still: each of its steps is one more try.
    while (!isFolded) {
      await clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { flowRuns } = collectionsOf(own.connection);
    expect(await flowRuns.countDocuments({ status: 'completed', 'tasks.success': 1 })).toBe(2);
    expect(tally.counts).toMatchObject({ refused: 0, undecodable: 0, orphans: 0 });
    await projections.close();
    await own.keeper.stop();
  });
});
