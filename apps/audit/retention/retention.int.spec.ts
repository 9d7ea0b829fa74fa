import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { flowRunId, LogUnavailableError, streamSeq, withArchive } from '#libs/run-log';
import { flowStarted } from '#libs/run-records/testing';
import { ownMongod, ownNats, testMongoUri, testNats } from '#libs/testing';
import { Archive } from '../archive/archive.fixtures.js';
import { PROJECTION } from '../projection/names.js';
import type { DeadLetterRecord } from '../records/dead-letter.record.js';

Logger.overrideLogger(false);

const DAY_MS = 86_400_000;
const RUN = flowRunId('run-1');
let at: Archive;

describe('retention', () => {
  beforeEach(async () => {
    at = await Archive.over(testNats().url, testMongoUri());
  });
  afterEach(() => at.close());

  it('archives what has ended long enough ago, and nothing else', async () => {
    await at.happen('run-1');
    await at.begin('run-2');
    await at.settled('run-2');
    expect(await at.retention({ archiveAfterMs: 32 * DAY_MS }).turn()).toMatchObject({ archived: 0 });
    expect(await at.retention({ archiveAfterMs: undefined }).turn()).toMatchObject({ archived: 0 });
    const retention = at.retention();
    expect(await retention.finishedInLog()).toBe(1);
    expect(await retention.turn()).toEqual({ archived: 1, freed: 0, deleted: 0, waiting: 0, more: false });
    expect(await retention.finishedInLog()).toBe(0);
    expect(await at.log.readRun(flowRunId('run-2'))).toMatchObject({ events: { length: 1 } });
  });

  it('takes up records that were made before it', async () => {
    await at.happen('run-1');
    await at.collections.flowRuns.updateOne({ _id: 'run-1' }, { $unset: { inLog: 1 } });
    expect(await at.retention().turn()).toMatchObject({ archived: 1 });
  });

  it('frees ids once their promise is over, and deletes the archive after a further time, with records where told', async () => {
    await at.happen('run-1', { idempotencyKey: 'key' });
    await at.retention().turn();
    await at.clock.advance(60 * DAY_MS);
    const keeping = at.retention({ deleteAfterMs: 100 * DAY_MS });
    expect(await keeping.turn()).toMatchObject({ freed: 1, deleted: 0 });
    expect(await at.log.readRun(RUN)).toMatchObject({ events: [] });
    expect((await withArchive(at.log, at.archive).readRun(RUN)).events).toHaveLength(7);
    await at.clock.advance(10 * DAY_MS);
    expect(await keeping.turn()).toMatchObject({ deleted: 1 });
    expect(await at.archive.read(RUN)).toBeUndefined();
    expect(await at.collections.flowRuns.countDocuments()).toBe(1);
    expect(await at.projections.rebuild()).toMatchObject({ carriedOver: 4, archived: 0 });

    await at.clock.advance(-70 * DAY_MS);
    await at.happen('run-2');
    await at.clock.advance(70 * DAY_MS);
    const deleting = at.retention({ deleteAfterMs: 100 * DAY_MS, deleteRecords: true });
    await deleting.turn();
    expect(await deleting.turn()).toMatchObject({ archived: 0 });
    const { flowRuns, taskRuns, artifacts, approvals } = at.collections;
    for (const collection of [flowRuns, taskRuns, artifacts, approvals])
      expect(await collection.distinct(collection === flowRuns ? '_id' : 'flowRunId')).toEqual(['run-1']);
  });

  it('frees a run that was continued only after the one that goes on with it', async () => {
    const next = flowRunId('run-2');
    await at.begin('run-1');
    await at.log.decide(RUN, streamSeq(0), [
      flowStarted,
      { type: 'FlowContinued', nextRunId: next, input: {}, fedSeq: streamSeq(1) },
    ]);
    await at.settled('run-1');
    await at.begin('run-2', { continues: { runId: RUN, first: RUN } });
    await at.settled('run-2');
    await at.clock.advance(100 * DAY_MS);
    const retention = at.retention();
    expect(await retention.turn()).toMatchObject({ archived: 1, freed: 0 });
    expect((await at.log.readRun(RUN)).events.at(-1)?.event.type).toBe('FlowContinued');
    await at.log.decide(next, streamSeq(0), [flowStarted, { type: 'FlowCompleted', result: 1 }]);
    await at.settled('run-2');
    await at.clock.advance(DAY_MS);
    expect(await at.retention().turn()).toMatchObject({ archived: 1, freed: 2 });
  });

  it('does not let runs that must stay stand before those that are due', async () => {
    for (const run of ['run-1', 'run-2']) {
      await at.begin(run);
      await at.log.decide(flowRunId(run), streamSeq(0), [flowStarted, { type: 'FlowCompleted', result: 1 }]);
    }
    const { last } = await at.log.readRun(flowRunId('run-2'));
    await at.projections.runs.reaches(last);
    const retention = at.retention();
    expect(await retention.turn()).toMatchObject({ waiting: 2 });
    expect(await retention.turn()).toMatchObject({ waiting: 0 });
    await at.settled('run-1');
    await at.settled('run-2');
    await at.clock.advance(600_000);
    expect(await retention.turn()).toMatchObject({ archived: 2 });
  });
});

describe('retention among very many runs', () => {
  beforeEach(async () => {
    at = await Archive.over(testNats().url, testMongoUri());
  });
  afterEach(() => at.close());

  /** Records of runs that have ended, and that the log will not let go of. */
  async function stuck(count: number): Promise<void> {
    const record = await at.collections.flowRuns.findOne({ _id: 'stuck' });
    await at.collections.flowRuns.deleteOne({ _id: 'stuck' });
    await at.collections.flowRuns.insertMany(
      Array.from({ length: count }, (_, i) => ({ ...record!, _id: `stuck-${String(i).padStart(5, '0')}` })),
    );
  }

  it('comes to those that may go, however many have to stay before them', async () => {
    await at.happen('stuck');
    await at.happen('run-1');
    await stuck(450);
    const archiver = at.archiver();
    const archive = archiver.archive.bind(archiver);
    const asked: string[] = [];
    archiver.archive = (run, before, now) => {
      asked.push(run);
      return run.startsWith('stuck') ? Promise.resolve('waits for children') : archive(run, before, now);
    };
    const retention = at.retention({}, archiver);
    expect(await retention.turn()).toMatchObject({ archived: 0, waiting: 200, more: true });
    expect(await retention.turn()).toMatchObject({ archived: 0, waiting: 200, more: true });
    expect(await retention.turn()).toMatchObject({ archived: 1, waiting: 50, more: false });
    expect(await retention.turn()).toMatchObject({ archived: 0, waiting: 0, more: false });
    expect(new Set(asked).size).toBe(451);
    await at.clock.advance(600_000);
    expect(await retention.turn()).toMatchObject({ waiting: 200 });
  });

  it('goes on behind a run that cannot be archived, and stops at a server that is away', async () => {
    await at.happen('run-1');
    await at.happen('run-2');
    const archiver = at.archiver();
    const archive = archiver.archive.bind(archiver);
    archiver.archive = (run, ...rest) =>
      run === 'run-1' ? Promise.reject(new RangeError('Invalid string length')) : archive(run, ...rest);
    expect(await at.retention({}, archiver).turn()).toMatchObject({ archived: 1, waiting: 1 });
    archiver.archive = () => Promise.reject(new LogUnavailableError('reading'));
    await expect(at.retention({}, archiver).turn()).rejects.toThrow(LogUnavailableError);
  });

  it('does not let the ends of a flow that never ends stand before others', async () => {
    await at.happen('run-1', { idempotencyKey: 'key' });
    await at.retention().turn();
    const head = (await at.archive.head('run-1'))!;
    await at.begin('next');
    const before = {
      ...head,
      continuedBy: 'next',
      endedAt: new Date(head.endedAt.getTime() - 1),
      data: null,
    };
    await at.archive.heads.insertMany(
      Array.from({ length: 250 }, (_, i) => ({ ...before, _id: `link-${i}` })),
    );
    await at.clock.advance(60 * DAY_MS);
    expect(await at.retention().turn()).toMatchObject({ freed: 0 });
    expect(await at.retention().turn()).toMatchObject({ freed: 1 });
    expect(await at.archive.head('run-1')).toMatchObject({ inLog: 'nothing' });
  });

  it('deletes dead letters with their runs, and leaves alone the records of a run that has the id now', async () => {
    await at.happen('run-1', { idempotencyKey: 'key' });
    await at.happen('run-2');
    const letter = { flowRunId: 'run-2', createdAt: new Date() } as DeadLetterRecord;
    const { deadLetters, flowRuns } = at.collections;
    await deadLetters.insertMany([
      { ...letter, _id: 'a' },
      { ...letter, _id: 'b', flowRunId: 'run-3' },
      { ...letter, _id: 'c', flowRunId: null },
    ]);
    await at.clock.advance(70 * DAY_MS);
    const deleting = { deleteAfterMs: 100 * DAY_MS, deleteRecords: true };
    await at.retention().turn();
    await at.begin('run-1', { idempotencyKey: 'key', tags: ['second'] });
    await at.settled('run-1');
    expect(await at.retention(deleting).turn()).toMatchObject({ deleted: 2 });
    expect(await flowRuns.find().toArray()).toMatchObject([{ _id: 'run-1', tags: ['second'] }]);
    expect(await deadLetters.distinct('_id')).toEqual(['b']);
  });

  it('deletes nothing while the records are made anew', async () => {
    await at.happen('run-1');
    await at.retention().turn();
    await at.clock.advance(200 * DAY_MS);
    const deleting = at.retention({ deleteAfterMs: 100 * DAY_MS });
    await at.collections.positions.updateOne(
      { _id: PROJECTION.RUN },
      { $set: { rebuiltBy: 'another', rebuiltUntil: new Date(at.clock.now() + 1) } },
    );
    expect(await deleting.turn()).toMatchObject({ freed: 1, deleted: 0 });
    await at.clock.advance(1);
    expect(await deleting.turn()).toMatchObject({ deleted: 1 });
  });
});

describe('retention whose servers are killed', () => {
  it('loses no run, and goes on when they are back', async () => {
    const [nats, mongod] = await Promise.all([ownNats({ syncAlways: true }), ownMongod()]);
    at = await Archive.over(nats.url, mongod.url);
    const runs = Array.from({ length: 12 }, (_, i) => `run-${i}`);
    const histories = [];
    for (const run of runs) histories.push(await at.happen(run, { idempotencyKey: run }));
    const { archive } = at;
    let kept = 0;
    const keep = archive.keep.bind(archive);
    archive.keep = async (...with_) => {
      const head = await keep(...with_);
      if (++kept === 3) await nats.kill();
      if (kept === 7) await mongod.kill();
      return head;
    };
    const archiver = at.archiver(at.log, archive);
    const turn = () =>
      at
        .retention({}, archiver)
        .turn()
        .catch(() => undefined);
    for (const server of [nats, mongod]) {
      await Promise.all([
        turn(),
        until(() => kept >= (server === nats ? 3 : 7)).then(() => server.restart()),
      ]);
    }
    const isLeft = async (run: string) => (await at.log.readRun(flowRunId(run))).events.length > 2;
    // What a turn found not yet recorded, it looks at again later.
    while ((await Promise.all(runs.map(isLeft))).some(Boolean)) {
      await at.clock.advance(600_000);
      await at.retention().turn();
    }
    const both = withArchive(at.log, at.archive);
    for (const { runId, events } of histories) {
      expect((await both.readRun(runId)).events).toEqual(events);
      expect((await at.log.readRun(runId)).events).toHaveLength(2);
    }
    await at.close();
    await Promise.all([nats.stop(), mongod.stop()]);
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
