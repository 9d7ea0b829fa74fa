import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { ensureIndexes, openConnection } from '#libs/mongo';
import type { ConnectionKeeper } from '#libs/mongo';
import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { LiveEvent, RunEvent, StoredInRun } from '#libs/run-log';
import { foldRun } from '#libs/run-records';
import { testMongoUri } from '#libs/testing';
import {
  approvalAnswered,
  approvalRequested,
  artifact,
  BEGIN,
  done,
  failure,
  finished,
  fired,
  flowStarted,
  inRun,
  resumed,
  scheduled,
  startRequested,
  timer,
} from '#libs/run-records/testing';
import { MODELS } from '../records/models.js';
import { collectionsOf } from './collections.js';
import { dump } from './dump.fixtures.js';
import { foldLive } from './fold-live.js';
import { foldRuns } from './fold-runs.js';
import { syntheticRuns } from './synthetic-runs.js';
import { Tally } from './tally.js';
import { writeRecords } from './write-records.js';

Logger.overrideLogger(false);
const quiet = { info: () => undefined, warn: () => undefined };

const ann = { userId: 'ann', channel: 'ui' } as const;
const unclear = {
  code: 'operation/ambiguous',
  message: 'its claim has no outcome',
  disposition: 'halt',
} as const;

/** Two runs whose events come by turns, with a retry, an unrecorded task and a late outcome. */
const history: StoredInRun<RunEvent>[] = [
  inRun(1, startRequested()),
  inRun(2, startRequested(), 'run-2'),
  inRun(3, flowStarted),
  inRun(4, scheduled('t1')),
  inRun(5, flowStarted, 'run-2'),
  inRun(6, scheduled('u1'), 'run-2'),
  inRun(7, scheduled('hidden', { createTaskrun: false })),
  inRun(8, finished('t1', { status: 'failed', error: failure })),
  inRun(9, finished('hidden', done)),
  inRun(10, scheduled('t1', { attempt: 2 })),
  inRun(11, finished('u1', done), 'run-2'),
  inRun(12, finished('t1', done, { attempt: 2 })),
  inRun(13, finished('t1', { status: 'failed', error: failure })),
  inRun(14, { type: 'FlowCompleted', result: { ok: true } }),
  inRun(15, scheduled('u2'), 'run-2'),
  // A run that asks people, shows things, halts for a person, and is cancelled while it asks again.
  inRun(16, startRequested({ deploymentId: 'd1' }), 'run-3'),
  inRun(17, flowStarted, 'run-3'),
  inRun(18, timer('approval-deadline', 'approval-1', 1), 'run-3'),
  inRun(19, approvalRequested(1, { otherwise: 'declined' }), 'run-3'),
  inRun(20, approvalRequested(2, { approvers: ['ann'] }), 'run-3'),
  inRun(21, artifact(3), 'run-3'),
  inRun(22, scheduled('v1', { step: 4 }), 'run-3'),
  inRun(23, approvalAnswered(2, true, { actor: { userId: 'bob', channel: 'ui' } }), 'run-3'),
  inRun(24, approvalAnswered(2, true, { comment: 'yes' }), 'run-3'),
  inRun(25, finished('v1', { status: 'failed', error: unclear }), 'run-3'),
  inRun(26, { type: 'RunHalted', reason: 'ambiguous', error: unclear }, 'run-3'),
  inRun(27, { type: 'ResumeRequested', actor: ann }, 'run-3'),
  inRun(28, resumed({ as: 'succeeded', result: 1 }, 'v1'), 'run-3'),
  inRun(29, artifact(5, { data: '# hello again' }), 'run-3'),
  inRun(30, fired('approval-1'), 'run-3'),
  inRun(31, approvalRequested(6), 'run-3'),
  inRun(32, { type: 'FlowCancelling', cause: 'cancel', reason: 'enough' }, 'run-3'),
  inRun(33, { type: 'FlowCancelled', reason: 'enough' }, 'run-3'),
  inRun(34, { type: 'SignalAwaited', step: 7, name: 'a.b' }, 'run-2'),
  inRun(35, { type: 'SignalSent', actor: ann, name: '$other', payload: null }, 'run-2'),
  inRun(36, finished('u2', { status: 'deferred', until: millis(BEGIN + 90_000) }), 'run-2'),
  inRun(37, timer('task-retry', 'retry-2', 2, 90), 'run-2'),
];

const started = (seq: number, id: string, attempt = 1): StoredInRun<LiveEvent> => ({
  event: {
    type: 'TaskStarted',
    taskRunId: taskRunId(id),
    attempt,
    service: 'greeter',
    operation: 'say_hello',
    startedAt: millis(BEGIN),
    by: 'greeter-1',
  },
  runId: flowRunId('run-1'),
  position: { stream: 'LIVE', epoch: 'e1', seq: streamSeq(seq) },
  time: millis(BEGIN),
  trace: {},
});

let connection: Connection;
let keeper: ConnectionKeeper;
let tally: Tally;

async function fresh(): Promise<void> {
  ({ connection, keeper } = openConnection({ uri: testMongoUri(), appName: 'spec' }, quiet));
  await keeper.connected;
  for (const { name, schema } of MODELS) connection.model(name, schema);
  await ensureIndexes(connection, quiet);
  tally = new Tally();
}

beforeEach(fresh);
afterEach(() => keeper.stop());

const foldInPieces = async (size: number, events = history): Promise<void> => {
  for (let at = 0; at < events.length; at += size)
    await foldRuns(collectionsOf(connection), events.slice(at, at + size), tally);
};
const byLastSeq = <T extends { lastSeq: number }>(records: readonly T[] = []): T[] =>
  [...records].sort((a, b) => a.lastSeq - b.lastSeq);
const task = (id: string) => collectionsOf(connection).taskRuns.findOne({ _id: id });

describe('folding RUN into the database', () => {
  it('comes to the same records however the events are cut into batches', async () => {
    await foldInPieces(500);
    const whole = await dump(connection);
    for (const size of [1, 2, 3, 7]) {
      await connection.dropDatabase();
      await foldInPieces(size);
      expect(await dump(connection)).toBe(whole);
    }
    expect(tally.counts).toMatchObject({ orphans: 0, undecodable: 0, refused: 0 });
  });

  it('does no harm by folding again what it holds already, in other pieces', async () => {
    await foldInPieces(4);
    const before = await dump(connection);
    await foldInPieces(500);
    await foldInPieces(1);
    await foldInPieces(6, history.slice(3));
    expect(await dump(connection)).toBe(before);
  });

  it('finishes a batch of which only a part was written', async () => {
    await foldInPieces(5);
    const whole = await dump(connection);
    for (const lost of ['task_runs', 'flow_runs', 'artifacts', 'approvals'] as const) {
      await connection.dropDatabase();
      await foldInPieces(5, history.slice(0, 5));
      await foldInPieces(4, history.slice(5, 22));
      const kept = await connection.collection(lost).find().toArray();
      await foldInPieces(10, history.slice(22));
      // As if the process had died between the two writes of the last batch.
      await connection.collection(lost).deleteMany({});
      if (kept.length > 0) await connection.collection(lost).insertMany(kept);
      await foldInPieces(10, history.slice(22));
      expect(await dump(connection)).toBe(whole);
    }
  });

  it('counts the tasks of each run exactly', async () => {
    await foldInPieces(2);
    const runs = await collectionsOf(connection).flowRuns.find().sort({ _id: 1 }).toArray();
    expect(runs.map(({ tasks }) => tasks)).toMatchObject([
      { total: 1, success: 1, failed: 0, pending: 0 },
      { total: 2, success: 1, failed: 0, pending: 1 },
      { total: 1, success: 1, failed: 0, pending: 0 },
    ]);
  });

  it('comes to what the whole history of each run gives where it is folded at once', async () => {
    await foldInPieces(4);
    const { flowRuns, taskRuns, artifacts, approvals } = collectionsOf(connection);
    for (const id of ['run-1', 'run-2', 'run-3']) {
      const whole = foldRun(history.filter(({ runId }) => String(runId) === id));
      const of = { flowRunId: id };
      expect(await flowRuns.findOne({ _id: id })).toEqual({ ...whole?.run, inLog: true });
      expect(await taskRuns.find(of).sort({ lastSeq: 1 }).toArray()).toEqual(byLastSeq(whole?.tasks));
      expect(await artifacts.find(of).sort({ _id: 1 }).toArray()).toEqual(whole?.artifacts);
      expect(await approvals.find(of).sort({ _id: 1 }).toArray()).toEqual(whole?.approvals);
    }
  });

  it('keeps what runs ask people, and what became of it', async () => {
    await foldInPieces(3);
    const found = await collectionsOf(connection).approvals.find().sort({ step: 1 }).toArray();
    expect(found).toMatchObject([
      { _id: 'run-3.1', status: 'declined', answeredBy: null, flow: 'greet', actor: { userId: 'local' } },
      { _id: 'run-3.2', status: 'approved', answeredBy: ann, comment: 'yes' },
      { _id: 'run-3.6', status: 'withdrawn' },
    ]);
  });

  it('keeps every version of what runs show', async () => {
    await foldInPieces(3);
    const found = await collectionsOf(connection)
      .artifacts.find({ key: 'greetings' })
      .sort({ _id: -1 })
      .toArray();
    expect(found.map(({ data, step }) => [step, data])).toEqual([
      [5, '"# hello again"'],
      [3, '"# hello"'],
    ]);
  });

  it('shows what a run waits for, and a word of a person on a task', async () => {
    await foldInPieces(2);
    expect(await collectionsOf(connection).flowRuns.findOne({ _id: 'run-2' })).toMatchObject({
      status: 'waiting',
      waitingFor: [
        { kind: 'signal', name: 'a.b', step: 7 },
        { kind: 'task-retry', step: 2 },
      ],
      fold: { signals: [{ name: '$other', count: 1 }] },
    });
    expect(await task('v1')).toMatchObject({ status: 'success', resolution: { as: 'succeeded', by: ann } });
  });

  it('takes up records that were made before runs could wait for more than time', async () => {
    await foldInPieces(500, [
      inRun(1, startRequested()),
      inRun(2, flowStarted),
      inRun(3, scheduled('t1')),
      inRun(4, timer('sleep', 's1', 2)),
    ]);
    const { flowRuns, taskRuns } = collectionsOf(connection);
    await flowRuns.updateOne(
      { _id: 'run-1' },
      {
        $unset: {
          waitingFor: '',
          children: '',
          artifacts: '',
          'fold.signals': '',
          'fold.deadlines': '',
          'fold.approvals': '',
        },
        $set: { 'fold.timers': ['s1'] },
      },
    );
    await taskRuns.updateOne(
      { _id: 't1' },
      { $unset: { deferredUntil: '', resolution: '', compensates: '' } },
    );
    await foldInPieces(500, [
      inRun(5, finished('t1', done)),
      inRun(6, artifact(3)),
      inRun(7, timer('approval-deadline', 'approval-4', 4)),
      inRun(8, approvalRequested(4)),
      inRun(9, fired('s1')),
    ]);
    expect(await flowRuns.findOne({ _id: 'run-1' })).toMatchObject({
      status: 'waiting',
      waitingFor: [{ kind: 'approval', step: 4 }],
      artifacts: 1,
      fold: { deadlines: { 'approval-4': 4 }, approvals: 1 },
    });
    expect(await task('t1')).toMatchObject({ status: 'success' });
    await foldInPieces(500, [inRun(10, fired('approval-4'))]);
    expect(await collectionsOf(connection).approvals.findOne({ _id: 'run-1.4' })).toMatchObject({
      status: 'expired',
    });
  });

  it('skips an event that makes no sense, counts it, and folds its neighbours', async () => {
    const broken = inRun(2, {
      type: 'TaskScheduled',
      taskRunId: 'x',
      createTaskrun: true,
    } as unknown as RunEvent);
    await foldInPieces(500, [inRun(1, startRequested()), broken, inRun(3, scheduled('t1'))]);
    expect(tally.counts.undecodable).toBe(1);
    expect(await task('t1')).toMatchObject({ status: 'pending' });
  });

  it('shows a run that is halted because its start cannot be read, and how it goes on', async () => {
    const error = {
      code: 'run-log/unknown-event',
      message: 'StartRequested version 2',
      disposition: 'halt',
    } as const;
    await foldInPieces(500, [inRun(2, { type: 'RunHalted', reason: 'unknown-event', error })]);
    const { flowRuns } = collectionsOf(connection);
    expect(await flowRuns.findOne({ _id: 'run-1' })).toMatchObject({
      status: 'halted',
      halt: { reason: 'unknown-event' },
      error: { message: 'StartRequested version 2' },
    });
    await foldInPieces(500, [inRun(4, flowStarted)]);
    expect(await flowRuns.findOne({ _id: 'run-1' })).toMatchObject({ flow: 'greet', halt: null, lastSeq: 4 });
  });

  it('counts outcomes of tasks whose beginning is gone', async () => {
    await foldInPieces(500, [inRun(1, startRequested()), inRun(2, finished('unknown', done))]);
    expect(tally.counts.orphans).toBe(1);
  });

  it('keeps tens of thousands of events of many runs', async () => {
    await foldInPieces(500, [...syntheticRuns({ runs: 100, steps: 10, parallel: 20, payload: 50 })]);
    const { taskRuns, flowRuns } = collectionsOf(connection);
    expect(await taskRuns.countDocuments({ status: 'success' })).toBe(1_000);
    expect(await flowRuns.countDocuments({ status: 'completed', 'tasks.success': 10 })).toBe(100);
  });
});

describe('what comes by LIVE', () => {
  const live = (...events: StoredInRun<LiveEvent>[]) => foldLive(collectionsOf(connection), events, tally);

  it('shows that a pending task is running', async () => {
    await foldInPieces(500, history.slice(0, 4));
    await live(started(1, 't1'));
    expect(await task('t1')).toMatchObject({ status: 'running', attempt: 1, lastSeq: 4 });
  });

  it('never undoes an outcome by a late start', async () => {
    await foldInPieces(500, history.slice(0, 12));
    await live(started(1, 't1', 1), started(2, 't1', 2));
    expect(await task('t1')).toMatchObject({ status: 'success', lastSeq: 12 });
  });

  it('ignores the start of an earlier attempt', async () => {
    await foldInPieces(500, history.slice(0, 10));
    await live(started(1, 't1', 1));
    expect(await task('t1')).toMatchObject({ status: 'pending', attempt: 2 });
  });

  it('makes a record that RUN then fills, and which is running from the beginning (rule 19)', async () => {
    await live(started(1, 't1'));
    expect(await task('t1')).toMatchObject({ status: 'running', lastSeq: 0, idempotencyKey: '' });
    await foldInPieces(500, history.slice(0, 4));
    expect(await task('t1')).toMatchObject({ status: 'running', lastSeq: 4, idempotencyKey: 'key-t1' });
    await foldInPieces(500);
    expect(await task('t1')).toMatchObject({ status: 'success', lastSeq: 12 });
  });

  it('gives way where RUN has written behind it, and a repeat does nothing (rule 19)', async () => {
    const { taskRuns } = collectionsOf(connection);
    await live(started(1, 't1'));
    const write = (seq: number, status: string) => ({
      id: 't1',
      seq,
      set: { status, lastSeq: seq },
      isNew: true,
    });
    expect(await writeRecords(taskRuns, [write(4, 'pending')])).toEqual({
      met: new Set(['t1']),
      refused: [],
    });
    expect(await task('t1')).toMatchObject({ status: 'pending', lastSeq: 4 });
    await writeRecords(taskRuns, [write(4, 'failed')]);
    await writeRecords(taskRuns, [write(3, 'failed')]);
    expect(await task('t1')).toMatchObject({ status: 'pending', lastSeq: 4 });
  });

  it('comes to the same records as without it, but for what it alone can tell', async () => {
    await foldInPieces(3);
    const without = await dump(connection);
    await connection.dropDatabase();
    await live(started(1, 't1'), started(2, 'u1'), started(3, 'hidden'));
    await foldInPieces(3);
    await live(started(4, 't1', 2), started(5, 'u2'));
    expect(await dump(connection)).toBe(without);
    expect(await task('hidden')).toBeNull();
    expect(await task('u2')).toMatchObject({ status: 'running' });
  });

  it('keeps the latest progress while the task is open', async () => {
    await foldInPieces(500, history.slice(0, 4));
    const progressed = (seq: number, n: number): StoredInRun<LiveEvent> => ({
      ...started(seq, 't1'),
      event: { type: 'TaskProgressed', taskRunId: taskRunId('t1'), done: n, total: 9, message: `page ${n}` },
    });
    await live(started(1, 't1'), progressed(2, 3), progressed(3, 4));
    expect((await task('t1'))?.live?.progress).toEqual({ done: 4, total: 9, message: 'page 4' });
  });

  it('keeps each line once, however often it comes', async () => {
    const line: StoredInRun<LiveEvent> = {
      ...started(7, 't1'),
      event: {
        type: 'LogEmitted',
        taskRunId: taskRunId('t1'),
        entry: { level: 'info', message: 'hello', at: millis(BEGIN), fields: { 'a.b': 1 } },
      },
    };
    await live(line);
    await live(line);
    const lines = await collectionsOf(connection).taskLogs.find().toArray();
    expect(lines).toMatchObject([
      { taskRunId: 't1', flowRunId: 'run-1', message: 'hello', fields: '{"a.b":1}' },
    ]);
  });
});
