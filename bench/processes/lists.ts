import 'reflect-metadata';
import { FlowRunsQuery, MODELS, TaskRunsQuery } from '#apps/audit';
import { ensureIndexes, openConnection } from '#libs/mongo';
import { AskLists } from '../run-list/ask-lists.js';
import type { Asking } from '../run-list/ask-lists.js';
import { CapturedFinds } from '../run-list/captured-finds.js';
import { fillRecords } from '../run-list/fill-records.js';
import { ADMIN } from '../run-list/lists.js';
import { answerParent, setting } from './answer-parent.js';

const quiet = { info: () => undefined, warn: (line: string) => console.error(line) };
const { connection, keeper } = openConnection({ uri: setting('MONGODB_URI'), appName: 'bench' }, quiet);
await keeper.connected;
for (const { name, schema } of MODELS) connection.model(name, schema);

type TaskRuns = ConstructorParameters<typeof TaskRunsQuery>[0];
type FlowRuns = ConstructorParameters<typeof FlowRunsQuery>[0];
const taskRunModel = connection.model('TaskRunRecord') as unknown as TaskRuns;
const taskRuns = new TaskRunsQuery(taskRunModel);
const flowRuns = new FlowRunsQuery(connection.model('FlowRunRecord') as unknown as FlowRuns, taskRunModel);
const lists = new AskLists(
  {
    taskRuns: (input) => taskRuns.list(input, ADMIN),
    flowRuns: (input) => flowRuns.list(input, ADMIN),
  },
  new CapturedFinds(connection),
);

answerParent(
  {
    fill: ({ runs, until }: { runs: number; until: number }) => fillRecords(connection, runs, until),
    index: async () => {
      const begun = performance.now();
      await ensureIndexes(connection, quiet);
      return performance.now() - begun;
    },
    ask: (asking: Asking) => lists.all(asking),
    compare: (count: number) => lists.compare(count),
  },
  () => keeper.stop(),
);
