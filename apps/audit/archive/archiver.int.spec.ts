import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { flowRunId, streamSeq, withArchive } from '#libs/run-log';
import type { FlowRunId } from '#libs/run-log';
import { childScheduled, flowStarted } from '#libs/run-records/testing';
import { testMongoUri, testNats } from '#libs/testing';
import { dump } from '../projection/dump.fixtures.js';
import { PROJECTION } from '../projection/names.js';
import { BATCH } from '../projection/projector.js';
import { Archive } from './archive.fixtures.js';
import type { ArchivedLog } from './archiver.js';
import { RunArchive } from './run-archive.js';

Logger.overrideLogger(false);

const RUN = flowRunId('run-1');
const ANN = { userId: 'ann', channel: 'api' } as const;
const END = { type: 'FlowCompleted', result: 1 } as const;
let at: Archive;

beforeEach(async () => {
  at = await Archive.over(testNats().url, testMongoUri());
});
afterEach(() => at.close());

const archived = (run: FlowRunId = RUN) => at.archiver().archive(run, at.due, at.clock.now());

describe('archiving a run', () => {
  it('keeps it whole, leaves its ends in the log, and its records as they were', async () => {
    const before = await at.happen('run-1', { idempotencyKey: 'key' });
    const records = await dump(at.open.connection);
    expect(await archived()).toBe('archived');
    const left = await at.log.readRun(RUN);
    expect(left.events.map(({ event }) => event.type)).toEqual(['StartRequested', 'FlowCompleted']);
    expect(await at.archive.read(RUN)).toEqual({ ...before, lastDecision: before.lastDecision });
    expect(await withArchive(at.log, at.archive).readRun(RUN)).toMatchObject({ events: before.events });
    expect(JSON.parse(await dump(at.open.connection))).toMatchObject([
      JSON.parse(records)[0],
      [{ _id: 'run-1', inLog: false, status: 'completed' }],
      JSON.parse(records)[2],
      JSON.parse(records)[3],
    ]);
    expect(await archived()).toBe('archived');
  });

  it('keeps large bodies, and lets their objects go', async () => {
    // Nothing of it can be packed, so the archive needs several pieces.
    const noise = Array.from({ length: 900_000 }, (_, i) =>
      String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000)),
    );
    const before = await at.happen('run-1', {}, { noise: noise.join('') });
    expect(before.bodies).toHaveLength(1);
    expect(await archived()).toBe('archived');
    expect(await at.archive.read(RUN)).toEqual({ ...before, bodies: undefined });
    expect(await at.archive.head(RUN)).toMatchObject({ pieces: expect.any(Number), inLog: 'ends' });
    expect((await at.archive.head(RUN))?.pieces).toBeGreaterThan(1);
  });

  it('leaves nothing of a run whose id was drawn, for nobody can ask for it again', async () => {
    const run = flowRunId('01jd2zabcdefghjkmnpqrstvwx');
    const before = await at.happen(run);
    expect(await archived(run)).toBe('archived');
    expect(await at.log.readRun(run)).toMatchObject({ events: [], last: 0 });
    expect(await withArchive(at.log, at.archive).readRun(run)).toEqual(before);
  });

  it('is refused while anything still needs the run in the log', async () => {
    await at.begin('run-1');
    await at.settled('run-1');
    expect(await archived()).toBe('has not ended');
    const child = flowRunId('child-1');
    await at.log.start(child, { ...(await startOf()), parent: { runId: RUN, step: 1 } });
    const decided = await at.log.decide(RUN, streamSeq(0), [flowStarted, childScheduled(1, child)]);
    await at.log.decide(RUN, decided, [END]);
    expect(await at.archiver().archive(RUN, 1, at.clock.now())).toBe('ended too late');
    await at.log.request(RUN, { type: 'CancelRequested', actor: { userId: 'ann', channel: 'api' } }, 'late');
    await at.settled('run-1');
    expect(await archived()).toBe('waits for children');
    await at.log.decide(child, streamSeq(0), [flowStarted, END]);
    await at.settled(child);
    await at.log.start(flowRunId('again'), {
      ...(await startOf()),
      fork: { from: RUN, uptoSeq: streamSeq(1), results: [] },
    });
    await at.settled('again');
    expect(await archived()).toBe('is being restarted');
    await at.log.decide(flowRunId('again'), streamSeq(0), [flowStarted, END]);
    await at.settled('again');
    await at.collections.positions.updateOne({ _id: PROJECTION.RUN }, { $set: { seq: 1 } });
    expect(await archived()).toBe('not folded yet');
    await at.collections.positions.updateOne({ _id: PROJECTION.RUN }, { $set: { seq: 100, epoch: 'other' } });
    expect(await archived()).toBe('not folded yet');
    const { epoch } = await at.log.info('RUN');
    await at.collections.positions.updateOne({ _id: PROJECTION.RUN }, { $set: { epoch } });
    expect(await at.archive.head(RUN)).toBeNull();
    expect(await archived()).toBe('archived');
  });

  it('is refused until orchestrators have settled what was said', async () => {
    await at.begin('run-1');
    await at.log.decide(RUN, streamSeq(0), [flowStarted, END]);
    const { last } = await at.log.readRun(RUN);
    await at.projections.runs.reaches(last);
    expect(await archived()).toBe('not settled yet');
    await at.settled('run-1');
    expect(await archived()).toBe('archived');
  });

  it('gives up on a run of which neither holds anything', async () => {
    await at.happen('run-1');
    await at.log.forget(RUN, { upTo: streamSeq(1e6), keep: 'nothing', bodies: [] });
    expect(await archived()).toBe('gone');
    expect(await at.collections.flowRuns.findOne({ _id: 'run-1' })).toMatchObject({ inLog: false });
  });
});

describe('two archivers at once', () => {
  /** Text of which nothing can be packed, so that the archive needs several pieces. */
  const noise = (seed: number): string =>
    Array.from({ length: 500_000 }, (_, i) =>
      String.fromCodePoint(0x4e00 + ((i * (7_919 + seed * 104)) % 20_000)),
    ).join('');

  it('keep one copy, whole, though one of them has heard more than the other', async () => {
    const first = await at.happen('run-1', {}, { noise: noise(1) });
    await at.archive.keep(first, at.clock.now());
    const input = { type: 'SignalSent', name: 'late', payload: noise(2), actor: ANN } as const;
    await at.log.request(RUN, input, 'late');
    const second = await at.log.readRun(RUN);
    expect(second.events.length).toBeGreaterThan(first.events.length);
    expect(await at.archive.keep(second, at.clock.now())).toMatchObject({ lastSeq: first.last });
    expect((await at.archive.read(RUN))?.events).toEqual(first.events);
    const { pieces } = (await at.archive.head(RUN))!;
    expect(await at.open.connection.collection('run_archive_pieces').countDocuments()).toBe(pieces);
  });
});

describe('an id that is free again', () => {
  /** A run under a key that was archived long ago, and then one that began under the same key. */
  async function again(): Promise<void> {
    await at.happen('run-1', { idempotencyKey: 'key' });
    expect(await archived()).toBe('archived');
    expect(await at.archiver().free((await at.archive.head(RUN))!)).toBe(true);
    await at.begin('run-1', { idempotencyKey: 'key', tags: ['second'] });
    await at.settled('run-1');
  }

  it('is not freed a second time from under the run that has it now', async () => {
    await again();
    // As whoever died between freeing and noting it has left it, or another audit has read it before.
    await at.archive.mark(RUN, 'ends');
    expect(await at.archiver().free((await at.archive.head(RUN))!)).toBe(true);
    expect((await at.log.readRun(RUN)).events).toMatchObject([{ event: { tags: ['second'] } }]);
    expect(await at.archive.head(RUN)).toMatchObject({ inLog: 'nothing' });
  });

  it('is that of a run that is archived in its turn, in the place of the first', async () => {
    await again();
    expect(await archived()).toBe('has not ended');
    const { inLog } = (await at.collections.flowRuns.findOne({ _id: 'run-1' }))!;
    expect(inLog).toBe(true);
    await at.log.decide(RUN, streamSeq(0), [flowStarted, END]);
    const second = await at.settled('run-1');
    expect(await archived()).toBe('archived');
    expect((await at.archive.read(RUN))?.events).toEqual(second.events);
    expect((await at.log.readRun(RUN)).events).toHaveLength(2);
  });

  it('is rebuilt as the run that has it now', async () => {
    await again();
    const now = async () => at.collections.flowRuns.findOne({ _id: 'run-1' });
    const before = await now();
    expect(before).toMatchObject({ status: 'pending', tags: ['second'], inLog: true });
    await at.projections.rebuild();
    expect(await now()).toEqual(before);
  });
});

async function startOf() {
  const { events } = await at.log.readRun(RUN);
  const start = events[0]?.event;
  if (start?.type !== 'StartRequested') throw new Error('the run has no start');
  return start;
}

class Died extends Error {}

/** Lets so many steps through, and dies at the next, before it or after it. */
function dyingAt(step: number, when: 'before' | 'after') {
  let steps = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    const dies = ++steps === step;
    if (dies && when === 'before') throw new Died();
    const done = await work();
    if (dies) throw new Died();
    return done;
  };
}

describe('an archiver that dies', () => {
  const STEPS = ['keeping the run', 'forgetting the flow of it', 'forgetting the rest', 'marking it'];

  it.each(
    STEPS.flatMap((step, i) => (['before', 'after'] as const).map((when) => ({ step, when, nth: i + 1 }))),
  )('$when $step loses nothing, and the next one ends the work', async ({ nth, when }) => {
    const before = await at.happen('run-1', { idempotencyKey: 'key' });
    const through = dyingAt(nth, when);
    const { archive, log } = at;
    const mortal = new (class extends RunArchive {
      override keep: RunArchive['keep'] = (...with_) => through(() => archive.keep(...with_));
      override mark: RunArchive['mark'] = (...with_) => through(() => archive.mark(...with_));
    })(at.open.connection);
    const dying: ArchivedLog = {
      readRun: (id) => log.readRun(id),
      isSettled: (id, seq) => log.isSettled(id, seq),
      info: (stream) => log.info(stream),
      // The first of its purges takes the decisions on the flow but the last.
      forget: async (id, what) => {
        await through(async () => {
          const filter = 'run.*.run-1.decision.flow';
          await log.connection.request('$JS.API.STREAM.PURGE.RUN', JSON.stringify({ filter, keep: 1 }));
        });
        await through(() => log.forget(id, what));
      },
    };
    await expect(at.archiver(dying, mortal).archive(RUN, at.due, 1)).rejects.toBeInstanceOf(Died);
    const read = () => withArchive(log, archive).readRun(RUN);
    expect((await read()).events).toEqual(before.events);
    expect(await at.retention().turn()).toMatchObject({ waiting: 0 });
    expect((await read()).events).toEqual(before.events);
    expect((await log.readRun(RUN)).events).toHaveLength(2);
    expect(await archive.head(RUN)).toMatchObject({ inLog: 'ends' });
    expect(await at.collections.flowRuns.findOne({ _id: 'run-1' })).toMatchObject({ inLog: false });
  });
});

describe('a rebuild after archiving', () => {
  it('makes the same records of the archive and the log together', async () => {
    await at.happen('run-1', { idempotencyKey: 'key' });
    await at.happen('run-2');
    await at.happen('01jd2zabcdefghjkmnpqrstvwx');
    await at.retention().turn();
    await at.begin('run-3');
    await at.settled('run-3');
    const before = await dump(at.open.connection);
    const rebuilt = await at.projections.rebuild();
    expect(rebuilt).toMatchObject({ archived: 3, flowRuns: 4, taskRuns: 3, artifacts: 3, carriedOver: 0 });
    expect(await dump(at.open.connection)).toBe(before);

    const { flowRuns, taskRuns } = at.collections;
    await Promise.all([flowRuns.deleteMany({}), taskRuns.deleteMany({})]);
    await at.projections.rebuild();
    expect(await dump(at.open.connection)).toBe(before);
  });

  it('takes in what was said to an archived run after its end', async () => {
    await at.happen('run-1', { idempotencyKey: 'key' });
    await archived();
    await at.log.request(RUN, { type: 'CancelRequested', actor: { userId: 'ann', channel: 'api' } }, 'late');
    await at.settled('run-1');
    const before = await dump(at.open.connection);
    await at.projections.rebuild();
    expect(await dump(at.open.connection)).toBe(before);
  });

  it('is whole in spite of a run that leaves the log in its middle', async () => {
    await at.happen('run-1', { idempotencyKey: 'key' });
    await at.happen('run-2');
    const { log } = at;
    // The archive has been read when the log is asked for the first time.
    const readAll = log.readAll.bind(log);
    let left = 0;
    jest.spyOn(log, 'readAll').mockImplementation(async function* (stream, from) {
      for await (const stored of readAll(stream, from)) {
        yield stored;
        if (stream !== 'RUN' || ++left !== 3) continue;
        // What came so far is folded, so the run is in two batches; the same again is nothing.
        for (let n = 0; n < BATCH; n++) yield stored;
        expect(await archived()).toBe('archived');
      }
    });
    await at.projections.rebuild();
    expect(left).toBeGreaterThan(3);
    const records = await dump(at.open.connection);
    expect(await at.collections.flowRuns.findOne({ _id: 'run-1' })).toMatchObject({
      ...{ status: 'completed', inLog: false, tasks: { total: 1, success: 1 } },
    });
    jest.restoreAllMocks();
    await at.projections.rebuild();
    expect(await dump(at.open.connection)).toBe(records);
  });
});
