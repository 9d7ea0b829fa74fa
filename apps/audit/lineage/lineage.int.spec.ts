import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Model } from 'mongoose';
import { ensureIndexes, openConnection } from '#libs/mongo';
import type { OpenConnection } from '#libs/mongo';
import { testMongoUri } from '#libs/testing';
import { FlowRunRecord, FlowRunSchema } from '../records/flow-run.record.js';
import { TaskRunRecord, TaskRunSchema } from '../records/task-run.record.js';
import { flowRun, minute, taskRun } from '../queries/records.fixtures.js';
import { LineageQuery, startedBy } from './lineage.query.js';

const quiet = { info: () => undefined, warn: () => undefined };
const ann = { userId: 'ann', channel: 'api' } as const;

let open: OpenConnection;
let taskRuns: Model<TaskRunRecord>;
let flowRuns: Model<FlowRunRecord>;

beforeAll(async () => {
  open = openConnection({ uri: testMongoUri(), appName: 'spec' }, quiet);
  await open.keeper.connected;
  taskRuns = open.connection.model<TaskRunRecord>(TaskRunRecord.name, TaskRunSchema);
  flowRuns = open.connection.model<FlowRunRecord>(FlowRunRecord.name, FlowRunSchema);
  await ensureIndexes(open.connection, quiet);
});
afterAll(() => open.keeper.stop());
beforeEach(async () => {
  await Promise.all([taskRuns.deleteMany({}), flowRuns.deleteMany({})]);
});

const afterEnd = (runId: string) => ({
  triggeredBy: { type: 'run.completed', eventId: runId, runId, depth: 1 },
});

describe('the lineage of a run', () => {
  it('goes on with the runs that its end has started, and with theirs', async () => {
    await flowRuns.collection.insertMany([
      flowRun('first', { actor: ann }),
      flowRun('second', { actor: ann, ...afterEnd('first') }),
      flowRun('child', { actor: ann, parentFlowRunId: 'second', ...afterEnd('first') }),
      flowRun('third', { actor: ann, ...afterEnd('second') }),
      flowRun('called', { actor: ann, triggeredBy: { type: 'a', eventId: 'first', depth: 1 } }),
      flowRun('bobs', { actor: { userId: 'bob', channel: 'api' }, ...afterEnd('first') }),
    ] as never[]);
    await taskRuns.collection.insertMany(
      ['first', 'second', 'child', 'third', 'called', 'bobs'].map((id, n) =>
        taskRun(`in-${id}`, {
          flowRunId: id,
          actor: id === 'bobs' ? { userId: 'bob', channel: 'api' } : ann,
          createdAt: minute(n),
          resultRefs: [{ collection: 'pages', documentId: id }],
        }),
      ) as never[],
    );
    const query = new LineageQuery(taskRuns, flowRuns);
    const made = async (flowRunId: string) =>
      (await query.ofRun({ flowRunId }, ann)).items.flatMap(({ documents }) =>
        documents.map(({ documentId }) => documentId),
      );
    expect(await made('first')).toEqual(['first', 'second', 'child', 'third']);
    expect(await made('second')).toEqual(['second', 'child', 'third']);
    expect(await made('called')).toEqual(['called']);
  });

  it('is followed by an index', async () => {
    const filter = { $or: [{ _id: { $in: ['a'] } }, ...startedBy(['a', 'b'])] };
    const plan = await flowRuns.find(filter).lean().explain();
    expect(JSON.stringify(plan)).not.toContain('COLLSCAN');
  });
});
