import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Model } from 'mongoose';
import type { ListApprovalsInput, ListArtifactsInput } from '#libs/contracts';
import { ensureIndexes, openConnection } from '#libs/mongo';
import type { OpenConnection } from '#libs/mongo';
import { testMongoUri } from '#libs/testing';
import { ApprovalRecord, ApprovalSchema } from '../records/approval.record.js';
import { ArtifactRecord, ArtifactSchema } from '../records/artifact.record.js';
import { approvalFilter, ApprovalsQuery } from './approvals.query.js';
import { artifactFilter, ArtifactsQuery } from './artifacts.query.js';
import { approval, artifact, BEGIN, minute } from './records.fixtures.js';

const quiet = { info: () => undefined, warn: () => undefined };
const admin = { userId: 'local', channel: 'cli' } as const;
const ann = { userId: 'ann', channel: 'api' } as const;
type Asker = typeof admin | typeof ann;

let open: OpenConnection;
let artifacts: Model<ArtifactRecord>;
let approvals: Model<ApprovalRecord>;

beforeAll(async () => {
  open = openConnection({ uri: testMongoUri(), appName: 'spec' }, quiet);
  await open.keeper.connected;
  artifacts = open.connection.model<ArtifactRecord>(ArtifactRecord.name, ArtifactSchema);
  approvals = open.connection.model<ApprovalRecord>(ApprovalRecord.name, ApprovalSchema);
  await ensureIndexes(open.connection, quiet);
});
afterAll(() => open.keeper.stop());
beforeEach(async () => {
  await Promise.all([artifacts.deleteMany({}), approvals.deleteMany({})]);
});

describe('lists of artifacts', () => {
  const ids = async (input: ListArtifactsInput, actor: Asker = admin) =>
    (await new ArtifactsQuery(artifacts).list(input, actor)).items.map(({ id }) => id);

  it('give the versions of one from the newest, over all runs', async () => {
    await artifacts.collection.insertMany([
      artifact('run-1.1', { key: 'report', createdAt: minute(1) }),
      artifact('run-1.2', { key: 'report', createdAt: minute(1) }),
      artifact('run-2.7', { key: 'report', flowRunId: 'run-2', createdAt: minute(3) }),
      artifact('run-2.8', { flowRunId: 'run-2', kind: 'link', flow: 'wave', createdAt: minute(4) }),
    ] as never[]);
    expect(await ids({ key: 'report' })).toEqual(['run-2.7', 'run-1.2', 'run-1.1']);
    expect(await ids({ flowRunId: 'run-2' })).toEqual(['run-2.8', 'run-2.7']);
    expect(await ids({ kind: 'link' })).toEqual(['run-2.8']);
    expect(await ids({ key: 'report', sort: 'createdAt' })).toEqual(['run-1.1', 'run-1.2', 'run-2.7']);
    expect(await ids({ flow: 'wave' })).toEqual(['run-2.8']);
    expect(await ids({ from: minute(2).toISOString(), to: minute(4).toISOString() })).toEqual(['run-2.7']);
  });

  it('show a person their own alone', async () => {
    await artifacts.collection.insertMany([artifact('a'), artifact('b', { actor: ann })] as never[]);
    expect(await ids({}, ann)).toEqual(['b']);
    expect(await ids({ user: 'ann' })).toEqual(['b']);
    await expect(new ArtifactsQuery(artifacts).get('a', ann)).rejects.toMatchObject({
      code: 'audit/not-found',
    });
    await expect(async () => ids({ user: 'local' }, ann)).rejects.toMatchObject({
      code: 'audit/not-allowed',
    });
  });

  it('say where data lies that is too large for a record', async () => {
    await artifacts.collection.insertMany([
      artifact('a', { data: null, bytes: 400_002, lastSeq: 17 }),
    ] as never[]);
    expect(await new ArtifactsQuery(artifacts).get('a', admin)).toMatchObject({
      data: null,
      bytes: 400_002,
      dataRef: { flowRunId: 'run-1', seq: 17 },
    });
  });
});

describe('lists of approvals', () => {
  const ids = async (input: ListApprovalsInput, actor: Asker = admin) =>
    (await new ApprovalsQuery(approvals).list(input, actor)).items.map(({ id }) => id);

  it('begin with the pending ones, then come the latest', async () => {
    await approvals.collection.insertMany([
      approval('old-pending', 1),
      approval('approved', 2, { status: 'approved', answeredBy: ann }),
      approval('new-pending', 3),
      approval('expired', 4, { status: 'expired' }),
    ] as never[]);
    const all = ['new-pending', 'old-pending', 'expired', 'approved'];
    expect(await ids({})).toEqual(all);
    const query = new ApprovalsQuery(approvals);
    const first = await query.list({ limit: 3 }, admin);
    const second = await query.list({ limit: 3, cursor: first.nextCursor ?? '' }, admin);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all);
    expect(await ids({ status: 'expired' })).toEqual(['expired']);
    expect(await ids({ status: ['expired', 'approved'] })).toEqual(['expired', 'approved']);
    const byTime = ['old-pending', 'approved', 'new-pending', 'expired'];
    expect(await ids({ sort: 'requestedAt' })).toEqual(byTime);
    expect(await ids({ sort: '-requestedAt' })).toEqual([...byTime].reverse());
    expect(await ids({ from: minute(2).toISOString(), to: minute(4).toISOString() })).toEqual([
      'new-pending',
      'approved',
    ]);
  });

  it('filter by run, flow and name', async () => {
    await approvals.collection.insertMany([
      approval('a', 1),
      approval('b', 2, { flowRunId: 'run-2', flow: 'wave', name: 'wave back' }),
    ] as never[]);
    expect(await ids({ flowRunId: 'run-2' })).toEqual(['b']);
    expect(await ids({ flow: 'wave' })).toEqual(['b']);
    expect(await ids({ name: 'send the greeting' })).toEqual(['a']);
  });

  it('show a person those of their own runs, and those that name them', async () => {
    await approvals.collection.insertMany([
      approval('locals', 1),
      approval('anns', 2, { actor: ann }),
      approval('for-ann', 3, { approvers: ['bob', 'ann'] }),
      approval('for-bob', 4, { approvers: ['bob'] }),
    ] as never[]);
    expect(await ids({}, ann)).toEqual(['for-ann', 'anns']);
    expect(await ids({ user: 'ann' }, ann)).toEqual(['anns']);
    expect(await ids({ user: 'ann' })).toEqual(['anns']);
    await expect(async () => ids({ user: 'local' }, ann)).rejects.toMatchObject({
      code: 'audit/not-allowed',
    });
  });
});

describe('every supported filter', () => {
  const planOf = async <R>(model: Model<R>, filter: object, field: string): Promise<string> => {
    const explained = await model
      .find({ $and: [filter, {}] } as never)
      .sort({ [field]: -1, _id: -1 })
      .limit(51)
      .explain('queryPlanner');
    return JSON.stringify((explained as unknown as { queryPlanner: { winningPlan: unknown } }).queryPlanner);
  };
  const span = { from: minute(0).toISOString(), to: minute(1).toISOString() };

  it('is served by an index for artifacts', async () => {
    await artifacts.collection.insertMany(
      Array.from({ length: 300 }, (_, n) =>
        artifact(`a${n}`, {
          createdAt: new Date(BEGIN + n),
          flowRunId: `run-${n % 20}`,
          key: n % 3 ? null : `key-${n % 5}`,
          kind: n % 2 ? 'table' : 'link',
          actor: n % 4 ? ann : admin,
        }),
      ) as never[],
    );
    const inputs: ListArtifactsInput[] = [
      {},
      { flowRunId: 'run-3' },
      { key: 'key-1' },
      { kind: 'link' },
      { flow: 'greet' },
      { user: 'ann' },
      span,
    ];
    for (const input of inputs) {
      const plan = await planOf(artifacts, artifactFilter(input, admin), 'createdAt');
      expect({ input, plan }).not.toMatchObject({ plan: expect.stringMatching(/"stage":"(COLLSCAN|SORT)"/) });
    }
  });

  it('is served by an index for approvals', async () => {
    await approvals.collection.insertMany(
      Array.from({ length: 300 }, (_, n) =>
        approval(`a${n}`, n, {
          flowRunId: `run-${n % 20}`,
          status: n % 3 ? 'approved' : 'pending',
          actor: n % 4 ? ann : admin,
          approvers: n % 5 ? null : ['ann'],
        }),
      ) as never[],
    );
    const inputs: ListApprovalsInput[] = [
      {},
      { flowRunId: 'run-3' },
      { flow: 'greet' },
      { name: 'send the greeting' },
      { status: 'pending' },
      span,
    ];
    for (const actor of [admin, ann])
      for (const input of inputs) {
        const plan = await planOf(approvals, approvalFilter(input, actor), 'listOrder');
        // What lies within a span is found by it, and then put in order.
        const wrong = input === span ? /"stage":"COLLSCAN"/ : /"stage":"(COLLSCAN|SORT)"/;
        expect({ input, plan }).not.toMatchObject({ plan: expect.stringMatching(wrong) });
        const sorted = await planOf(approvals, approvalFilter(input, actor), 'createdAt');
        expect({ input, sorted }).not.toMatchObject({ sorted: expect.stringMatching(/"stage":"COLLSCAN"/) });
      }
  });
});
