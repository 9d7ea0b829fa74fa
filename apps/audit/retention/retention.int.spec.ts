import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { flowRunId, streamSeq, withArchive } from '#libs/run-log';
import { flowStarted } from '#libs/run-records/testing';
import { ownMongod, ownNats, testMongoUri, testNats } from '#libs/testing';
import { Archive } from '../archive/archive.fixtures.js';

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
