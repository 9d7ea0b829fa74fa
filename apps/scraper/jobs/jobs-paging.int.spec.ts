import { afterAll, beforeAll, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import type { Connection, Model } from 'mongoose';
import { ListJobsInput } from '#libs/contracts';
import { testMongoUri } from '#libs/testing';
import { QueriesStore } from '../queries/queries.store.js';
import { QueryIndex, QueryIndexSchema } from '../queries/query-index.schema.js';
import { Job, JobSchema } from './job.schema.js';
import { JobsQuery } from './jobs.query.js';

let connection: Connection;
let jobs: Model<Job>;
let query: JobsQuery;

beforeAll(async () => {
  connection = await mongoose.createConnection(testMongoUri(), { autoIndex: false }).asPromise();
  jobs = connection.model<Job>(Job.name, JobSchema);
  query = new JobsQuery(
    jobs,
    new QueriesStore(connection.model<QueryIndex>(QueryIndex.name, QueryIndexSchema)),
  );
  const at = new Date('2026-11-02T08:00:00Z');
  const job = (n: number) => ({
    _id: `job_${n}`,
    userId: 'kim',
    title: `Koch ${n}`,
    company: 'Moorblick',
    firstSeenAt: at,
    lastSeenAt: at,
    source: { name: 'jsonld', postingId: String(n) },
    foundBy: 'task-1',
    notes: 'ä'.repeat(10_000),
  });
  await jobs.insertMany(Array.from({ length: 60 }, (_, n) => job(n)));
});
afterAll(() => connection.close());

const listed = (said: Partial<ListJobsInput>) =>
  query.list(Object.assign(new ListJobsInput(), said), { userId: 'kim', withTest: false });

it('a page of jobs fits into one message of the broker, however many are asked for', async () => {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await listed({ limit: 500, ...(cursor ? { cursor } : {}) });
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(1_000_000);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(new Set(ids).size).toBe(60);
  expect(ids).toHaveLength(60);
});

it('a cursor with a date that is none is refused, naming the field', async () => {
  const cursor = Buffer.from(JSON.stringify(['-firstSeenAt', 'garbage', 'x'])).toString('base64url');
  await expect(listed({ cursor })).rejects.toMatchObject({
    code: 'operation/invalid-input',
    disposition: 'terminal',
    fields: [{ field: 'cursor' }],
  });
});
