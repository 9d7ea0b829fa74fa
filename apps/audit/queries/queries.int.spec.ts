import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TASK_RUN_SORTS } from '#libs/contracts';
import type { ListFlowRunsInput, ListTaskRunsInput } from '#libs/contracts';
import type { FlowRunRecord } from '../records/flow-run.record.js';
import { FlowRunsQuery } from './flow-runs.query.js';
import { admin, ann, emptyModels, openModels } from './query-models.fixtures.js';
import type { QueryModels } from './query-models.fixtures.js';
import { flowRun, minute, taskRun } from './records.fixtures.js';
import { TaskLogsQuery } from './task-logs.query.js';
import { TaskRunsQuery } from './task-runs.query.js';

let models: QueryModels;
let taskRuns: QueryModels['taskRuns'];
let flowRuns: QueryModels['flowRuns'];
let taskLogs: QueryModels['taskLogs'];

beforeAll(async () => {
  models = await openModels();
  ({ taskRuns, flowRuns, taskLogs } = models);
});
afterAll(() => models.open.keeper.stop());
beforeEach(() => emptyModels(models));

describe('lists of task runs', () => {
  const list = (input: ListTaskRunsInput, actor: typeof admin | typeof ann = admin) =>
    new TaskRunsQuery(taskRuns).list(input, actor);
  const ids = async (input: ListTaskRunsInput) => (await list(input)).items.map(({ id }) => id);

  it('filter by everything that a record says of its kind', async () => {
    await taskRuns.collection.insertMany([
      taskRun('direct', { createdAt: minute(1) }),
      taskRun('task', { createdAt: minute(2), orchestrated: true, flowRunId: 'run-1', source: 'RUN' }),
      taskRun('nested', {
        createdAt: minute(3),
        orchestrated: true,
        flowRunId: 'run-1',
        parentTaskRunId: 'task',
        tags: ['red', 'blue'],
      }),
      taskRun('anns', {
        createdAt: minute(4),
        actor: ann,
        operationName: 'say_bye',
        status: 'failed',
      }),
    ] as never[]);
    expect(await ids({})).toEqual(['anns', 'nested', 'task', 'direct']);
    expect(await ids({ sort: 'createdAt' })).toEqual(['direct', 'task', 'nested', 'anns']);
    expect(await ids({ orchestrated: true })).toEqual(['nested', 'task']);
    expect(await ids({ orchestrated: false })).toEqual(['anns', 'direct']);
    expect(await ids({ flowRunId: 'run-1', tag: 'blue' })).toEqual(['nested']);
    expect(await ids({ parentTaskRunId: 'task' })).toEqual(['nested']);
    expect(await ids({ taskRunId: 'direct' })).toEqual(['direct']);
    expect(await ids({ operation: 'say_bye' })).toEqual(['anns']);
    expect(await ids({ status: 'failed' })).toEqual(['anns']);
    expect(await ids({ status: ['failed', 'success'] })).toHaveLength(4);
    expect(await ids({ status: ['failed', 'cancelled'] })).toEqual(['anns']);
    expect(await ids({ user: 'ann' })).toEqual(['anns']);
    expect(await ids({ from: minute(2).toISOString(), to: minute(4).toISOString() })).toEqual([
      'nested',
      'task',
    ]);
  });

  it('come in pages in which nothing is missing or double, whatever they are sorted by', async () => {
    const records = Array.from({ length: 23 }, (_, n) =>
      taskRun(`t${String(n).padStart(2, '0')}`, {
        createdAt: minute(n % 4),
        durationMs: n % 3 === 0 ? null : n % 5,
        startedAt: n % 3 === 0 ? null : minute(n % 5),
        finishedAt: n % 3 === 0 ? null : minute(n % 5),
      }),
    );
    await taskRuns.collection.insertMany(records as never[]);
    for (const sort of TASK_RUN_SORTS) {
      const whole = await ids({ sort, limit: 500 });
      const paged: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await list({ sort, limit: 4, ...(cursor ? { cursor } : {}) });
        paged.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      }
      expect(paged).toEqual(whole);
      expect(new Set(paged).size).toBe(23);
    }
  });

  it('end a page early when its items are large, so that it fits into one message', async () => {
    const dump = JSON.stringify({ text: 'x'.repeat(250_000) });
    await taskRuns.collection.insertMany(
      ['a', 'b', 'c', 'd'].map((id) => taskRun(id, { inputDump: dump })) as never[],
    );
    const page = await list({ limit: 4 });
    expect(page.items).toHaveLength(2);
    const { cursor } = { cursor: page.nextCursor ?? '' };
    expect((await list({ limit: 4, cursor })).items).toHaveLength(2);
  });

  it('show a person their own alone', async () => {
    await taskRuns.collection.insertMany([taskRun('locals'), taskRun('anns', { actor: ann })] as never[]);
    expect((await list({}, ann)).items.map(({ id }) => id)).toEqual(['anns']);
    await expect(new TaskRunsQuery(taskRuns).get('locals', ann)).rejects.toMatchObject({
      code: 'audit/not-found',
    });
    await expect(async () => list({ user: 'local' }, ann)).rejects.toMatchObject({
      code: 'audit/not-allowed',
    });
  });

  it('refuse a span that ends before it begins, naming the field', async () => {
    const backwards = { from: minute(2).toISOString(), to: minute(1).toISOString() };
    await expect(async () => list(backwards)).rejects.toMatchObject({
      code: 'operation/invalid-input',
      fields: [{ field: 'to' }],
    });
  });
});

describe('lists of flow runs', () => {
  const query = () => new FlowRunsQuery(flowRuns, taskRuns);

  it('tell which tasks of an open run are running, though RUN says pending', async () => {
    const tasks = { total: 3, pending: 2, running: 0, success: 1, failed: 0, cancelled: 0, cached: 0 };
    await flowRuns.collection.insertMany([flowRun('open', { status: 'running', tasks })] as never[]);
    await taskRuns.collection.insertMany([
      taskRun('a', { flowRunId: 'open', orchestrated: true, status: 'running' }),
      taskRun('nested', { flowRunId: 'open', orchestrated: true, status: 'running', parentTaskRunId: 'a' }),
    ] as never[]);
    expect((await query().get('open', admin)).tasks).toEqual({ ...tasks, pending: 1, running: 1 });
    expect((await query().list({}, admin)).items[0]?.tasks).toMatchObject({ pending: 1, running: 1 });
  });

  it('filter by any of several statuses, and by the deployment', async () => {
    await flowRuns.collection.insertMany([
      flowRun('a', { status: 'failed', createdAt: minute(1), deploymentId: 'nightly' }),
      flowRun('b', { status: 'halted', createdAt: minute(2) }),
      flowRun('c', { status: 'completed', createdAt: minute(3), deploymentId: 'nightly' }),
    ] as never[]);
    const ids = async (input: ListFlowRunsInput) =>
      (await query().list(input, admin)).items.map(({ id }) => id);
    expect(await ids({ status: ['failed', 'halted'] })).toEqual(['b', 'a']);
    expect(await ids({ deploymentId: 'nightly' })).toEqual(['c', 'a']);
    expect(await ids({ deploymentId: 'nightly', status: ['failed', 'halted'] })).toEqual(['a']);
    expect(await ids({ deploymentId: 'weekly' })).toEqual([]);
  });

  it('give the share of its tasks that succeeded', async () => {
    const tasks = { total: 5, pending: 1, running: 0, success: 2, failed: 1, cancelled: 0, cached: 1 };
    await flowRuns.collection.insertMany([flowRun('r', { tasks })] as never[]);
    expect((await query().get('r', admin)).taskSuccessRate).toBe(0.75);
  });

  it('name the task whose next attempt a run waits for', async () => {
    const wait = { kind: 'task-retry', step: 2, name: null, since: minute(0), dueAt: minute(5) };
    const rest = { timerId: 'r', childRunId: null, approvers: null };
    const waitingFor = [{ ...wait, ...rest } as const] as FlowRunRecord['waitingFor'];
    await flowRuns.collection.insertMany([flowRun('open', { status: 'waiting', waitingFor })] as never[]);
    await taskRuns.collection.insertMany([
      taskRun('a', { flowRunId: 'open', step: 2, taskName: 'greet the world', status: 'failed' }),
      taskRun('b', { flowRunId: 'open', step: 3, taskName: 'another' }),
    ] as never[]);
    expect((await query().get('open', admin)).waitingFor).toEqual([
      {
        kind: 'task-retry',
        name: 'greet the world',
        step: 2,
        since: minute(0).toISOString(),
        dueAt: minute(5).toISOString(),
        childRunId: null,
      },
    ]);
  });

  it('find the children of a run, and those that were restarted from it', async () => {
    await flowRuns.collection.insertMany([
      flowRun('child', { parentFlowRunId: 'run-1' }),
      flowRun('again', { restartedFrom: 'run-1', restartedAtStep: 4 }),
    ] as never[]);
    expect((await query().list({ parentFlowRunId: 'run-1' }, admin)).items).toMatchObject([{ id: 'child' }]);
    expect((await query().list({ restartedFrom: 'run-1' }, admin)).items).toMatchObject([
      { id: 'again', restartedAtStep: 4 },
    ]);
  });

  it('show the first hundred of very many waits, and how many there are', async () => {
    const waitingFor = Array.from({ length: 150 }, (_, step) => ({
      ...{ kind: 'child', name: 'greet_one', step, since: minute(0), dueAt: null },
      ...{ timerId: null, childRunId: `child-${step}`, approvers: null },
    })) as FlowRunRecord['waitingFor'];
    await flowRuns.collection.insertMany([flowRun('wide', { waitingFor })] as never[]);
    const run = await query().get('wide', admin);
    expect(run.waitingFor).toHaveLength(100);
    expect(run.waitingForTotal).toBe(150);
  });

  it('read records that were made before runs could wait for more than time', async () => {
    const fields = 'waitingFor children restartedAtStep continues continuedBy pause halt resumed cancelling';
    const { fold, ...kept } = flowRun('old', { status: 'waiting' });
    const earlier = Object.fromEntries(
      Object.entries(kept).filter(
        ([name]) => !`${fields} compensating artifacts state`.split(' ').includes(name),
      ),
    );
    const timers = ['s1'];
    await flowRuns.collection.insertMany([
      { ...earlier, fold: { tasks: fold.tasks, openTasks: 0, timers } },
    ] as never[]);
    expect(await query().get('old', admin)).toMatchObject({
      waitingFor: [{ kind: 'sleep', name: null, dueAt: null }],
      waitingForTotal: 1,
      children: 0,
      artifacts: 0,
      continuedBy: null,
      pause: null,
      state: null,
    });
  });

  it('refuse an id that does not exist', async () => {
    await expect(query().get('none', admin)).rejects.toMatchObject({
      code: 'audit/not-found',
      message: 'there is no flow run "none"',
    });
  });
});

describe('lists of log lines', () => {
  const query = () => new TaskLogsQuery(taskLogs, taskRuns, flowRuns);
  const line = (n: number, level: 'info' | 'warn' = 'info') => ({
    _id: `e.${n}`,
    taskRunId: 't1',
    flowRunId: 'run-1',
    level,
    message: `line ${n}`,
    at: minute(n),
    storedAt: minute(n),
  });

  it('come from the oldest, of a task or of a whole run', async () => {
    await taskLogs.collection.insertMany([line(2), line(1), line(3, 'warn')] as never[]);
    const byTask = await query().list({ taskRunId: 't1', limit: 2 }, admin);
    expect(byTask.items.map(({ message }) => message)).toEqual(['line 1', 'line 2']);
    const cursor = byTask.nextCursor ?? '';
    expect((await query().list({ taskRunId: 't1', limit: 2, cursor }, admin)).items).toHaveLength(1);
    expect((await query().list({ flowRunId: 'run-1', level: 'warn' }, admin)).items).toHaveLength(1);
  });

  it('come from the latest where that is asked for', async () => {
    await taskLogs.collection.insertMany([line(2), line(1), line(3)] as never[]);
    const { items, nextCursor } = await query().list({ taskRunId: 't1', limit: 2, sort: '-at' }, admin);
    expect(items.map(({ message }) => message)).toEqual(['line 3', 'line 2']);
    const last = await query().list(
      { taskRunId: 't1', limit: 2, sort: '-at', cursor: nextCursor ?? '' },
      admin,
    );
    expect(last.items.map(({ message }) => message)).toEqual(['line 1']);
  });

  it('are those of their own tasks for a person', async () => {
    await taskRuns.collection.insertMany([taskRun('t1')] as never[]);
    await expect(query().list({ taskRunId: 't1' }, ann)).rejects.toMatchObject({ code: 'audit/not-found' });
    await expect(query().list({}, ann)).rejects.toMatchObject({ code: 'operation/invalid-input' });
  });
});
