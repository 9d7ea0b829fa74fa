import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import type { Connection, Model } from 'mongoose';
import { ListJobsInput } from '#libs/contracts';
import { ensureIndexes } from '#libs/mongo';
import { testMongoUri } from '#libs/testing';
import { QueriesStore } from '../queries/queries.store.js';
import { QueryIndex, QueryIndexSchema } from '../queries/query-index.schema.js';
import type { Posting } from '../sources/posting.js';
import { Job, JobSchema } from './job.schema.js';
import { JobsQuery } from './jobs.query.js';
import { JobsStore } from './jobs.store.js';

const QUIET = { info: () => undefined, warn: () => undefined };
const MONDAY = new Date('2026-11-02T08:00:00Z');
const TUESDAY = new Date('2026-11-03T08:00:00Z');

let connection: Connection;
let jobs: Model<Job>;
let store: JobsStore;
let query: JobsQuery;

beforeAll(async () => {
  connection = await mongoose.createConnection(testMongoUri(), { autoIndex: false }).asPromise();
  jobs = connection.model<Job>(Job.name, JobSchema);
  const queries = connection.model<QueryIndex>(QueryIndex.name, QueryIndexSchema);
  await ensureIndexes(connection, QUIET);
  store = new JobsStore(jobs);
  query = new JobsQuery(jobs, new QueriesStore(queries));
});
afterAll(() => connection.close());
beforeEach(async () => {
  await jobs.deleteMany({});
});

const posting = (postingId: string, said: Partial<Posting> = {}): Posting => ({
  postingId,
  title: `Koch ${postingId}`,
  company: 'Moorblick',
  locations: ['Oldenburg'],
  remote: null,
  descriptionHtml: '<p>Mit <b>Liebe</b><script>x</script></p>',
  detail: 'full',
  salary: null,
  employmentTypes: [],
  postedAt: null,
  validThrough: null,
  url: 'https://a.example/1',
  applyUrl: null,
  language: null,
  tags: [],
  references: {},
  ...said,
});
const keeper = (said = {}) => ({
  userId: 'kim',
  testMode: false,
  source: 'arbeitnow',
  seenAt: MONDAY,
  taskRunId: 'task-1',
  ...said,
});
const listed = (said: Partial<ListJobsInput> = {}, reader = { userId: 'kim', withTest: false }) =>
  query.list(Object.assign(new ListJobsInput(), said), reader);

describe('keeping jobs', () => {
  it('adds what is new, and updates what is known instead of doubling it', async () => {
    expect(await store.keep([posting('1'), posting('2')], keeper())).toMatchObject({
      created: 2,
      updated: 0,
    });
    const again = [posting('2', { title: 'Köchin 2' }), posting('3')];
    const second = await store.keep(again, keeper({ seenAt: TUESDAY, taskRunId: 'task-2' }));
    expect(second).toMatchObject({ created: 1, updated: 1 });
    expect(await jobs.countDocuments()).toBe(3);
    expect(await query.get(second.jobIds[0] ?? '', 'kim')).toMatchObject({
      title: 'Köchin 2',
      firstSeenAt: MONDAY,
      lastSeenAt: TUESDAY,
      description: 'Mit Liebe',
      descriptionHtml: '<p>Mit <b>Liebe</b></p>',
    });
  });

  it("never overwrites the person's own notes and status", async () => {
    const { jobIds } = await store.keep([posting('1')], keeper());
    await jobs.updateOne({ _id: jobIds[0] }, { $set: { notes: 'call them', status: 'interesting' } });
    await store.keep([posting('1')], keeper({ seenAt: TUESDAY, taskRunId: 'task-2' }));
    expect(await jobs.findById(jobIds[0])).toMatchObject({ notes: 'call them', status: 'interesting' });
  });

  it('never gives up a full description for a snippet, nor a fact for silence', async () => {
    const salary = { min: 1, max: 2, currency: 'EUR', period: 'year' as const };
    const { jobIds } = await store.keep([posting('1', { salary, tags: ['a'] })], keeper());
    const snippet = posting('1', { detail: 'snippet', descriptionHtml: 'kurz', locations: [] });
    await store.keep([snippet], keeper({ seenAt: TUESDAY }));
    const job = (await jobs.findById(jobIds[0]).lean()) as unknown as Job;
    expect(job).toMatchObject({
      description: 'Mit Liebe',
      detail: 'full',
      salary,
      tags: ['a'],
      locations: ['Oldenburg'],
    });
  });

  it('takes a full description in place of a snippet', async () => {
    const { jobIds } = await store.keep(
      [posting('1', { detail: 'snippet', descriptionHtml: 'kurz' })],
      keeper(),
    );
    expect(await jobs.findById(jobIds[0])).toMatchObject({ description: 'kurz', detail: 'snippet' });
    await store.keep([posting('1')], keeper());
    expect(await jobs.findById(jobIds[0])).toMatchObject({ description: 'Mit Liebe', detail: 'full' });
  });

  it('stores a posting once when searches store it at the same time', async () => {
    const many = Array.from({ length: 40 }, (_, n) => posting(String(n)));
    const results = await Promise.all(
      [1, 2, 3, 4].map((n) => store.keep(many, keeper({ taskRunId: `task-${n}` }))),
    );
    expect(await jobs.countDocuments()).toBe(40);
    expect(results.reduce((sum, { created }) => sum + created, 0)).toBe(40);
  });

  it('counts the same when an attempt is run again', async () => {
    await store.keep([posting('1')], keeper());
    expect(await store.keep([posting('1'), posting('2')], keeper())).toMatchObject({
      created: 2,
      updated: 0,
    });
  });

  it('keeps people, sources and test runs apart', async () => {
    const stored = await Promise.all(
      [{}, { userId: 'lou' }, { source: 'jsonld' }, { testMode: true }].map((said) =>
        store.keep([posting('1')], keeper(said)),
      ),
    );
    expect(new Set(stored.flatMap(({ jobIds }) => jobIds)).size).toBe(4);
  });
});

describe('reading jobs', () => {
  it('shows a person their own jobs only', async () => {
    const { jobIds } = await store.keep([posting('1')], keeper({ userId: 'lou' }));
    expect((await listed()).items).toEqual([]);
    expect(await query.get(jobIds[0] ?? '', 'kim')).toBeNull();
  });

  it('leaves out what was made in test mode unless asked for', async () => {
    await store.keep([posting('1')], keeper({ testMode: true }));
    expect((await listed()).items).toHaveLength(0);
    expect((await listed({}, { userId: 'kim', withTest: true })).items).toHaveLength(1);
  });

  it.each([
    [{ company: 'MOOR' }, ['1', '2', '3']],
    [{ title: 'koch 2' }, ['2']],
    [{ location: 'jena' }, ['3']],
    [{ remote: true }, ['2']],
    [{ source: 'stepstone' }, []],
    [{ status: 'new' }, ['1', '2', '3']],
    [{ title: '.*' }, []],
    [{ from: '2026-11-03T00:00:00Z' }, []],
    [{ to: '2026-11-03T00:00:00Z' }, ['1', '2', '3']],
  ])('filters by %j', async (filter, ids) => {
    await store.keep(
      [posting('1'), posting('2', { remote: true }), posting('3', { locations: ['Jena'] })],
      keeper(),
    );
    const { items } = await listed({ ...(filter as Partial<ListJobsInput>), sort: 'title' });
    expect(items.map((item) => item.source.postingId)).toEqual(ids);
  });

  it.each(['postedAt', '-postedAt', 'title', '-title', '-firstSeenAt', 'company'] as const)(
    'pages through all of them once, sorted by %s',
    async (sort) => {
      const dates = [null, '2026-10-01', '2026-10-03', null, '2026-10-02', '2026-10-01', null];
      const all = dates.map((date, n) => posting(String(n), { postedAt: date ? new Date(date) : null }));
      await store.keep(all, keeper());
      const seen: string[] = [];
      const values: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page = await listed({ sort, limit: 2, cursor });
        seen.push(...page.items.map((item) => item.source.postingId));
        values.push(...page.items.map((item) => item.postedAt));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect([...seen].sort()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
      const days = values.map((value) => (typeof value === 'string' ? value.slice(8, 10) : null));
      if (sort === 'postedAt') expect(days).toEqual([null, null, null, '01', '01', '02', '03']);
      if (sort === '-postedAt') expect(days).toEqual(['03', '02', '01', '01', null, null, null]);
    },
  );

  it('is served by an index', async () => {
    await store.keep([posting('1')], keeper());
    const explained = (await jobs
      .find({ userId: 'kim', testMode: false })
      .sort({ firstSeenAt: -1, _id: -1 })
      .explain('queryPlanner')) as unknown as { queryPlanner: { winningPlan: unknown } };
    const plan = JSON.stringify(explained.queryPlanner.winningPlan);
    expect(plan).toContain('by_firstSeenAt');
    expect(plan).not.toContain('"stage":"SORT"');
  });
});
