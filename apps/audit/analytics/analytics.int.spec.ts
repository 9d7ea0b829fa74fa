import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Model } from 'mongoose';
import { ensureIndexes, openConnection } from '#libs/mongo';
import type { OpenConnection } from '#libs/mongo';
import { testMongoUri } from '#libs/testing';
import { flowRun, minute, taskRun } from '../queries/records.fixtures.js';
import { FlowRunRecord, FlowRunSchema } from '../records/flow-run.record.js';
import { TaskRunRecord, TaskRunSchema } from '../records/task-run.record.js';
import { AnalyticsQuery } from './analytics.query.js';
import { TrendQuery } from './trend.query.js';

const quiet = { info: () => undefined, warn: () => undefined };
const admin = { userId: 'local', channel: 'cli' } as const;
const ann = { userId: 'ann', channel: 'api' } as const;

let open: OpenConnection;
let taskRuns: Model<TaskRunRecord>;
let flowRuns: Model<FlowRunRecord>;
let analytics: AnalyticsQuery;

beforeAll(async () => {
  open = openConnection({ uri: testMongoUri(), appName: 'spec' }, quiet);
  await open.keeper.connected;
  taskRuns = open.connection.model<TaskRunRecord>(TaskRunRecord.name, TaskRunSchema);
  flowRuns = open.connection.model<FlowRunRecord>(FlowRunRecord.name, FlowRunSchema);
  analytics = new AnalyticsQuery(flowRuns, taskRuns);
  await ensureIndexes(open.connection, quiet);
});
afterAll(() => open.keeper.stop());
beforeEach(async () => {
  await Promise.all([taskRuns.deleteMany({}), flowRuns.deleteMany({})]);
});

const keep = (...records: TaskRunRecord[]) => taskRuns.collection.insertMany(records as never[]);
const keepRuns = (...records: FlowRunRecord[]) => flowRuns.collection.insertMany(records as never[]);

describe('how operations went', () => {
  it('is told for direct calls and those of flows, apart and together', async () => {
    await keep(
      taskRun('a', { durationMs: 10 }),
      taskRun('b', { durationMs: 20, status: 'failed' }),
      taskRun('c', { durationMs: 60, orchestrated: true, status: 'cached' }),
      taskRun('d', { durationMs: null, orchestrated: true, status: 'running' }),
      taskRun('e', { durationMs: 5, orchestrated: true, status: 'cancelled', operationName: 'say_bye' }),
    );
    const { items } = await analytics.operations({}, admin);
    expect(items.map(({ key }) => key)).toEqual(['say_bye', 'say_hello']);
    expect(items[1]).toEqual({
      key: 'say_hello',
      all: {
        count: 4,
        success: 2,
        failed: 1,
        cancelled: 0,
        open: 1,
        successRate: 2 / 3,
        meanMs: 30,
        p95Ms: 60,
      },
      direct: {
        count: 2,
        success: 1,
        failed: 1,
        cancelled: 0,
        open: 0,
        successRate: 0.5,
        meanMs: 15,
        p95Ms: 20,
      },
      orchestrated: {
        count: 2,
        success: 1,
        failed: 0,
        cancelled: 0,
        open: 1,
        successRate: 1,
        meanMs: 60,
        p95Ms: 60,
      },
    });
    expect(items[0]?.all).toMatchObject({ cancelled: 1, successRate: null });
    expect(items[0]?.direct).toMatchObject({ count: 0, meanMs: null, p95Ms: null });
  });

  it('names the duration that 95 of 100 do not exceed', async () => {
    await keep(...Array.from({ length: 200 }, (_, n) => taskRun(`t${n}`, { durationMs: 200 - n })));
    expect((await analytics.operations({}, admin)).items[0]?.all.p95Ms).toBe(190);
  });

  it('is told by user, and to a person of their own alone', async () => {
    await keep(taskRun('a'), taskRun('b', { actor: ann, status: 'failed' }));
    const byUser = await analytics.operations({ groupBy: 'user' }, admin);
    expect(byUser.items.map(({ key, all }) => [key, all.successRate])).toEqual([
      ['ann', 0],
      ['local', 1],
    ]);
    expect((await analytics.operations({ groupBy: 'user' }, ann)).items.map(({ key }) => key)).toEqual([
      'ann',
    ]);
  });
});

describe('how flows went', () => {
  it('is told by flow, with all their tasks', async () => {
    const tasks = { total: 2, pending: 0, running: 0, success: 1, failed: 1, cancelled: 0, cached: 0 };
    await keepRuns(
      flowRun('r1', { tasks, durationMs: 100 }),
      flowRun('r2', { tasks, durationMs: 300, status: 'failed' }),
      flowRun('r3', { status: 'running', durationMs: null }),
      flowRun('r4', { flow: 'other', actor: ann }),
    );
    const { items } = await analytics.flows({}, admin);
    expect(items[0]).toEqual({
      flow: 'greet',
      runs: {
        count: 3,
        success: 1,
        failed: 1,
        cancelled: 0,
        open: 1,
        successRate: 0.5,
        meanMs: 200,
        p95Ms: 300,
      },
      tasks: { ...tasks, total: 4, success: 2, failed: 2 },
    });
    expect((await analytics.flows({}, ann)).items.map(({ flow }) => flow)).toEqual(['other']);
    expect((await analytics.flows({ flow: 'greet', from: minute(1).toISOString() }, admin)).items).toEqual(
      [],
    );
  });

  it('is told for one run, operation by operation', async () => {
    await keepRuns(flowRun('r1'));
    await keep(
      taskRun('a', { flowRunId: 'r1', orchestrated: true }),
      taskRun('b', { flowRunId: 'r1', orchestrated: true, status: 'failed' }),
      taskRun('c', { flowRunId: 'r1', orchestrated: true, operationName: 'say_bye' }),
      taskRun('d', { flowRunId: 'r2', orchestrated: true }),
    );
    const run = await analytics.run('r1', admin);
    expect(run).toMatchObject({ flow: 'greet', status: 'completed', all: { count: 3, successRate: 2 / 3 } });
    expect(run.operations.map(({ operation, stats }) => [operation, stats.count, stats.successRate])).toEqual(
      [
        ['say_bye', 1, 1],
        ['say_hello', 2, 0.5],
      ],
    );
    await expect(analytics.run('r1', ann)).rejects.toMatchObject({ code: 'audit/not-found' });
  });
});

describe('the trend', () => {
  const trend = () => new TrendQuery(flowRuns, taskRuns);

  it('has every hour, those in which nothing happened too', async () => {
    await keep(
      taskRun('a', { createdAt: minute(5) }),
      taskRun('b', { createdAt: minute(130), status: 'failed' }),
    );
    const span = { from: minute(0).toISOString(), to: minute(180).toISOString() };
    const { items } = await trend().trend({ unit: 'hour', ...span }, admin, 0);
    expect(items.map(({ at, stats }) => [at, stats.count, stats.successRate])).toEqual([
      ['2030-01-01T00:00:00.000Z', 1, 1],
      ['2030-01-01T01:00:00.000Z', 0, null],
      ['2030-01-01T02:00:00.000Z', 1, 0],
    ]);
  });

  it('begins its days where the person lives, on days with 23 hours too', async () => {
    await keepRuns(flowRun('r1', { createdAt: new Date('2030-03-31T21:30:00Z') }));
    const span = { from: '2030-03-29T23:00:00.000Z', to: '2030-04-01T22:00:00.000Z' };
    const { items } = await trend().trend(
      { unit: 'day', of: 'flow_runs', timeZone: 'Europe/Berlin', ...span },
      admin,
      0,
    );
    expect(items.map(({ at, stats }) => [at, stats.count])).toEqual([
      ['2030-03-29T23:00:00.000Z', 0],
      ['2030-03-30T23:00:00.000Z', 1],
      ['2030-03-31T22:00:00.000Z', 0],
    ]);
  });

  it('covers the last day when no span is given', async () => {
    await keep(taskRun('a', { createdAt: minute(59) }));
    const { items } = await trend().trend({ unit: 'hour' }, admin, minute(60).getTime() - 1);
    expect(items).toHaveLength(24);
    expect(items.at(-1)).toMatchObject({ at: minute(0).toISOString(), stats: { count: 1 } });
  });

  it('refuses a zone that is none, and a span with too many points', async () => {
    await expect(trend().trend({ unit: 'day', timeZone: 'Mars/Phobos' }, admin, 0)).rejects.toThrow(
      'time zone',
    );
    const long = { from: '1990-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' };
    await expect(trend().trend({ unit: 'hour', ...long }, admin, 0)).rejects.toThrow('at most 2000 hours');
  });
});
