import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FLOW_RUN_SORTS, TASK_RUN_SORTS } from '#libs/contracts';
import type { ListTaskRunsInput } from '#libs/contracts';
import { FlowRunsQuery } from './flow-runs.query.js';
import { admin, emptyModels, openModels } from './query-models.fixtures.js';
import type { QueryModels } from './query-models.fixtures.js';
import { BEGIN, flowRun, minute, taskRun } from './records.fixtures.js';
import { TaskLogsQuery } from './task-logs.query.js';
import { TaskRunsQuery } from './task-runs.query.js';

let models: QueryModels;
let taskRuns: QueryModels['taskRuns'];
let flowRuns: QueryModels['flowRuns'];
let taskLogs: QueryModels['taskLogs'];
let open: QueryModels['open'];

beforeAll(async () => {
  models = await openModels();
  ({ open, taskRuns, flowRuns, taskLogs } = models);
});
afterAll(() => models.open.keeper.stop());
beforeEach(() => emptyModels(models));

describe('every supported filter and sorting', () => {
  beforeEach(async () => {
    const users = ['local', 'ann', 'bob'];
    await taskRuns.collection.insertMany(
      Array.from({ length: 300 }, (_, n) =>
        taskRun(`t${n}`, {
          createdAt: new Date(BEGIN + n),
          flowRunId: n % 2 ? `run-${n % 20}` : null,
          parentTaskRunId: n % 7 ? null : 't1',
          orchestrated: n % 2 === 1,
          status: n % 5 ? 'success' : 'failed',
          operationName: `operation_${n % 6}`,
          actor: { userId: users[n % 3] ?? '', channel: 'api' },
          tags: n % 4 ? [] : ['red'],
        }),
      ) as never[],
    );
    await flowRuns.collection.insertMany(
      Array.from({ length: 300 }, (_, n) =>
        flowRun(`run-${n}`, {
          createdAt: new Date(BEGIN + n),
          flow: `flow_${n % 5}`,
          parentFlowRunId: n % 7 ? null : 'run-1',
          status: n % 5 ? 'completed' : 'failed',
          actor: { userId: users[n % 3] ?? '', channel: 'api' },
          tags: n % 4 ? [] : ['red'],
        }),
      ) as never[],
    );
  });

  const stages = (plan: unknown): string[] =>
    [...JSON.stringify(plan).matchAll(/"stage":"([A-Z_]+)"/g)].map(([, stage]) => stage ?? '');

  /** Names the stages in which the database does what a list asks of it. */
  async function plansOf(list: () => Promise<unknown>): Promise<string[]> {
    const finds: (readonly [string, object, object])[] = [];
    open.connection.set('debug', (collection: string, method: string, filter: object, options: object) => {
      if (method === 'find') finds.push([collection, filter, options]);
    });
    await list();
    open.connection.set('debug', false);
    const plans = finds.map(async ([collection, filter, options]) => {
      const explained = await open.connection
        .collection(collection)
        .find(filter, options)
        .explain('queryPlanner');
      return stages((explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
    });
    return (await Promise.all(plans)).flat();
  }

  const span = { from: minute(0).toISOString(), to: minute(1).toISOString() };

  it('is served by an index for task runs', async () => {
    const several: ListTaskRunsInput = {
      ...span,
      user: 'ann',
      status: 'failed',
      operation: 'operation_1',
    };
    const inputs: ListTaskRunsInput[] = [
      {},
      { orchestrated: true },
      { flowRunId: 'run-3' },
      { taskRunId: 't3' },
      { parentTaskRunId: 't1' },
      { operation: 'operation_1' },
      { status: 'failed' },
      { user: 'ann' },
      { tag: 'red' },
      span,
      several,
    ];
    for (const input of inputs)
      for (const sort of TASK_RUN_SORTS) {
        const plan = await plansOf(() =>
          new TaskRunsQuery(taskRuns).list({ ...input, sort, limit: 5 }, admin),
        );
        expect({ input, sort, plan }).toMatchObject({ plan: expect.not.arrayContaining(['COLLSCAN']) });
        // In the order of creation nothing is sorted at the time of asking; of all at once there are too few to matter.
        if (sort.endsWith('createdAt') && !input.taskRunId && input !== several)
          expect({ input, sort, plan }).toMatchObject({ plan: expect.not.arrayContaining(['SORT']) });
      }
  });

  it('keeps to what a list asks for where every status is named to the database', async () => {
    const query = new TaskRunsQuery(taskRuns);
    const first = await query.list({ operation: 'operation_1', limit: 30 }, admin);
    const rest = await query.list({ operation: 'operation_1', cursor: first.nextCursor ?? '' }, admin);
    const all = [...first.items, ...rest.items];
    expect(all).toHaveLength(50);
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );
  });

  it('is served by an index for flow runs', async () => {
    const inputs = [
      {},
      { flow: 'flow_1' },
      { flowRunId: 'run-3' },
      { parentFlowRunId: 'run-1' },
      { restartedFrom: 'run-1' },
      { status: 'failed' as const },
      { user: 'ann' },
      { tag: 'red' },
      span,
    ];
    for (const input of inputs)
      for (const sort of FLOW_RUN_SORTS) {
        const plan = await plansOf(() =>
          new FlowRunsQuery(flowRuns, taskRuns).list({ ...input, sort }, admin),
        );
        expect({ input, sort, plan }).toMatchObject({ plan: expect.not.arrayContaining(['COLLSCAN']) });
      }
  });

  it('is served by an index for log lines', async () => {
    const lines = new TaskLogsQuery(taskLogs, taskRuns, flowRuns);
    const inputs = [{ taskRunId: 't1' }, { flowRunId: 'run-1' }, { taskRunId: 't1', level: 'warn' as const }];
    for (const input of inputs)
      expect(await plansOf(() => lines.list(input, admin))).not.toContain('COLLSCAN');
  });
});
