import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import type { Connection, Model } from 'mongoose';
import { ListNewJobsInput, ProcessJobs, ProcessJobsInput } from '#libs/contracts';
import { ensureIndexes } from '#libs/mongo';
import type { OperationRun } from '#libs/operations';
import { taskRunId } from '#libs/run-log';
import type { ItemError } from '#libs/run-log';
import { testMongoUri } from '#libs/testing';
import { jobView } from '../jobs/job-view.js';
import { Job, JobSchema } from '../jobs/job.schema.js';
import { JobsStore } from '../jobs/jobs.store.js';
import type { Posting } from '../sources/posting.js';
import { OpeningsStore } from './openings.store.js';
import { ProcessingService } from './processing.service.js';

const QUIET = { info: () => undefined, warn: () => undefined };
const MONDAY = new Date('2026-11-02T08:00:00Z');
const TEXT =
  'Sie planen die Küche unseres Hauses am Moor, bestellen bei Höfen der Umgebung, leiten ein Team von vier Menschen an und schreiben mit uns die Karte für jede Jahreszeit neu, damit Gäste gerne wiederkommen und bleiben.';

let connection: Connection;
let jobs: Model<Job>;
let store: JobsStore;
let openings: OpeningsStore;
let service: ProcessingService;
let itemErrors: ItemError[];

beforeAll(async () => {
  connection = await mongoose.createConnection(testMongoUri(), { autoIndex: false }).asPromise();
  jobs = connection.model<Job>(Job.name, JobSchema);
  await ensureIndexes(connection, QUIET);
  store = new JobsStore(jobs);
  openings = new OpeningsStore(jobs);
  service = new ProcessingService(jobs, openings);
});
afterAll(() => connection.close());
beforeEach(async () => {
  itemErrors = [];
  await jobs.deleteMany({});
});

const run = (userId = 'kim', flags: Partial<OperationRun['flags']> = {}): OperationRun => ({
  contract: ProcessJobs,
  taskRunId: taskRunId('task-1'),
  attempt: 1,
  flowRunId: null,
  parentTaskRunId: null,
  actor: { userId, channel: 'cli' },
  flags: { dryRun: false, testMode: false, verbose: false, ...flags },
  idempotencyKey: 'task-1',
  signal: new AbortController().signal,
  deadline: Date.now() + 60_000,
  log: { debug() {}, info() {}, warn() {}, error() {} },
  progress() {},
  itemError: (error) => void itemErrors.push(error),
  addResultRef() {},
  call: () => Promise.reject(new Error('calls nothing')),
});
const posting = (postingId: string, said: Partial<Posting> = {}): Posting => ({
  postingId,
  title: 'Koch (m/w/d)',
  company: 'Moorblick GmbH',
  locations: ['26121 Oldenburg'],
  remote: null,
  descriptionHtml: `<p>${TEXT}</p><h3>Ihr Profil</h3><ul><li>Erfahrung mit HACCP</li></ul>`,
  detail: 'full',
  salary: { min: 3_000, max: 3_500, currency: 'EUR', period: 'month' },
  employmentTypes: ['FULL_TIME'],
  postedAt: null,
  validThrough: null,
  url: null,
  applyUrl: null,
  language: null,
  tags: [],
  references: {},
  ...said,
});
const keep = async (source: string, said: Partial<Posting> = {}, keeper: object = {}): Promise<string> => {
  const { jobIds } = await store.keep([posting('1', said)], {
    userId: 'kim',
    testMode: false,
    source,
    seenAt: MONDAY,
    taskRunId: 'task-1',
    ...keeper,
  });
  return jobIds[0] ?? '';
};
const process = (said: Partial<ProcessJobsInput> = {}, as = run()) =>
  service.process(Object.assign(new ProcessJobsInput(), said), as);
const seen = async (jobId: string) => {
  const job = await jobs.findById(jobId).lean<Job>();
  if (!job) throw new Error(`there is no job ${jobId}`);
  return jobView(job).processing;
};

describe('processing', () => {
  it('fills in what the posting says, once, and does nothing when all is done', async () => {
    const jobId = await keep('stepstone');
    expect(await process()).toMatchObject({ success: true, jobsProcessed: 1, jobIds: [jobId], errors: [] });
    expect(await seen(jobId)).toMatchObject({
      version: 2,
      language: 'de',
      places: [{ city: 'Oldenburg', region: 'Niedersachsen', country: 'DE' }],
      salary: { min: 36_000, max: 42_000, currency: 'EUR' },
      employmentTypes: ['FULL_TIME'],
      skills: ['HACCP'],
      requirements: [{ text: 'Erfahrung mit HACCP', kind: 'must', skills: ['HACCP'] }],
      canonicalJobId: jobId,
      merged: [],
      repostOf: null,
      agency: false,
    });
    expect(await process()).toMatchObject({ success: true, jobsProcessed: 0, jobIds: [] });
  });

  it('takes up again what has come to have its whole text, and what older rules have read', async () => {
    const jobId = await keep('stepstone', { detail: 'snippet', descriptionHtml: 'Koch' });
    await process();
    await keep('stepstone');
    expect(await process()).toMatchObject({ jobIds: [jobId] });
    await jobs.updateOne({ _id: jobId }, { $set: { 'processing.version': 0 } });
    expect(await process()).toMatchObject({ jobIds: [jobId] });
  });

  it('works in batches and says of each job that it cannot read', async () => {
    const own = await Promise.all(['stepstone', 'arbeitnow', 'jsonld'].map((source) => keep(source)));
    const theirs = await keep('stepstone', {}, { userId: 'lee' });
    expect(await process({ jobIds: [...own, theirs, own[0] ?? ''], batchSize: 2 })).toMatchObject({
      success: true,
      jobsProcessed: 3,
      errors: [{ item: theirs, message: 'is no job of yours' }],
    });
    expect(itemErrors).toEqual([{ item: theirs, message: 'is no job of yours' }]);
    expect(await seen(theirs)).toBeNull();
    expect(await process({ jobIds: [theirs] })).toMatchObject({ success: false, jobsProcessed: 0 });
  });

  it('keeps nothing in a dry run, and says what it would', async () => {
    const ids = [await keep('stepstone'), await keep('arbeitnow')];
    expect(await process({}, run('kim', { dryRun: true }))).toMatchObject({
      jobsProcessed: 2,
      merged: 2,
      dryRun: true,
    });
    for (const id of ids) expect(await seen(id)).toBeNull();
  });

  it('takes a text of 200,000 characters, right-to-left and CJK alike', async () => {
    const texts = [
      'نبحث عن مهندس برمجيات ذو خبرة '.repeat(6_000),
      '我们正在寻找一位软件工程师'.repeat(15_000),
    ];
    for (const [at, descriptionHtml] of texts.entries()) await keep(`source-${at}`, { descriptionHtml });
    expect(await process()).toMatchObject({ jobsProcessed: 2, errors: [] });
  });
});

describe('what is new', () => {
  const listNew = (said: Partial<ListNewJobsInput> = {}, as = run()) =>
    service.listNew(Object.assign(new ListNewJobsInput(), said), as);

  it('is listed page by page, without what is processed, of others or of test mode', async () => {
    const ids: string[] = [];
    for (const source of ['a', 'b', 'c', 'd', 'e']) ids.push(await keep(source));
    ids.sort();
    const theirs = await keep('a', {}, { userId: 'lee' });
    const tested = await keep('a', {}, { testMode: true });
    const first = await listNew({ limit: 2 });
    expect(first).toEqual({ jobIds: ids.slice(0, 2), nextCursor: ids[1] });
    // What is processed meanwhile moves nothing on the pages that follow.
    await process({ jobIds: first.jobIds });
    const second = await listNew({ limit: 2, cursor: first.nextCursor ?? '' });
    expect(second.jobIds).toEqual(ids.slice(2, 4));
    const third = await listNew({ limit: 2, cursor: second.nextCursor ?? '' });
    expect(third).toEqual({ jobIds: ids.slice(4), nextCursor: null });
    expect(await listNew()).toEqual({ jobIds: ids.slice(2), nextCursor: null });
    expect((await listNew({}, run('lee'))).jobIds).toEqual([theirs]);
    expect((await listNew({}, run('kim', { testMode: true }))).jobIds).toEqual([tested]);
  });
});

describe('duplicates', () => {
  it('are merged across sources, with the reason, whichever is processed first', async () => {
    const first = await keep('arbeitnow');
    await process();
    const second = await keep(
      'stepstone',
      { company: 'moorblick', title: 'Koch' },
      { seenAt: new Date('2026-11-03') },
    );
    expect(await process()).toMatchObject({ jobIds: [second], merged: 1 });
    expect(await seen(second)).toMatchObject({ canonicalJobId: first, merged: [{ jobId: first }] });
    expect(await seen(first)).toMatchObject({
      canonicalJobId: first,
      merged: [{ jobId: second, why: expect.stringMatching(/^the same employer, title and place/) }],
    });
  });

  it('are never made of jobs that say nothing, nor of jobs of two people, nor with jobs of test mode', async () => {
    await jobs.insertMany(
      ['a', 'b'].map((name) => ({
        _id: name,
        userId: 'kim',
        title: '…',
        company: '-',
        firstSeenAt: MONDAY,
        lastSeenAt: MONDAY,
        source: { name, postingId: '1' },
        foundBy: 'task-1',
      })),
    );
    await keep('stepstone', {}, { userId: 'lee' });
    await keep('arbeitnow', {}, { testMode: true });
    await keep('jsonld');
    expect(await process()).toMatchObject({ jobsProcessed: 3, merged: 0 });
    expect(await process({}, run('lee'))).toMatchObject({ jobsProcessed: 1, merged: 0 });
    expect(await process({}, run('kim', { testMode: true }))).toMatchObject({ jobsProcessed: 1, merged: 0 });
  });

  it('are found by batches that run at once', async () => {
    const sources = ['a', 'b', 'c', 'd', 'e', 'f'];
    const ids = await Promise.all(sources.map((source) => keep(source)));
    await Promise.all(ids.map((jobId) => process({ jobIds: [jobId] })));
    const views = await Promise.all(ids.map(seen));
    expect(new Set(views.map((view) => view?.canonicalJobId)).size).toBe(1);
    for (const view of views) expect(view?.merged).toHaveLength(5);
  });

  it('are the same whether batches run one after another or all at once', async () => {
    const openings = Array.from({ length: 60 }, (_, at) => ({
      title: `Koch ${at}`,
      descriptionHtml: `${TEXT} Haus ${at} am Moor.`,
    }));
    const ids: string[] = [];
    for (const source of ['a', 'b', 'c', 'd'])
      for (const [at, said] of openings.entries()) {
        const { jobIds } = await store.keep([posting(String(at), said)], {
          userId: 'kim',
          testMode: false,
          source,
          seenAt: MONDAY,
          taskRunId: 'task-1',
        });
        ids.push(...jobIds);
      }
    const found = async () => {
      const stored = await jobs.find({}, { opening: 1 }).sort({ _id: 1 }).lean<Job[]>();
      return stored.map(({ _id, opening }) => [
        _id,
        opening?.canonicalJobId,
        opening?.merged.map(({ jobId }) => jobId),
      ]);
    };
    await process({ jobIds: ids, batchSize: 30 });
    const inTurn = await found();
    expect(new Set(inTurn.map(([, canonical]) => canonical)).size).toBe(60);
    await jobs.updateMany({}, { $set: { processing: null, opening: null } });
    // Every call has a part of every opening.
    const shares = Array.from({ length: 8 }, (_, nth) => ids.filter((_id, at) => at % 8 === nth));
    const done = await Promise.all(shares.map((jobIds) => process({ jobIds, batchSize: 10 })));
    expect(done.reduce((sum, { jobsProcessed }) => sum + jobsProcessed, 0)).toBe(240);
    expect(await found()).toEqual(inTurn);
    expect(await process()).toMatchObject({ jobsProcessed: 0 });
  });

  it('are found again after a crash between reading and comparing', async () => {
    const ids = [await keep('a'), await keep('b')];
    await process();
    const torn = { 'processing.version': 0, opening: null };
    await jobs.updateOne({ _id: ids[1] ?? '' }, { $set: torn });
    expect(await process()).toMatchObject({ jobIds: [ids[1]], merged: 1 });
    expect((await seen(ids[1] ?? ''))?.version).toBe(2);
  });

  it('stay apart once a person has said so', async () => {
    const [a, b, c] = [await keep('a'), await keep('b'), await keep('c')];
    await process();
    await openings.separate(a, [b], { userId: 'kim', testMode: false });
    const [one, other, third] = await Promise.all([a, b, c].map(seen));
    expect(one?.merged.map(({ jobId }) => jobId)).not.toContain(b);
    expect(other?.merged.map(({ jobId }) => jobId)).not.toContain(a);
    expect([one, other].filter((view) => view?.canonicalJobId === third?.canonicalJobId)).toHaveLength(1);
    await process({ jobIds: [a, b, c] });
    expect(await Promise.all([a, b, c].map(async (id) => (await seen(id))?.merged))).toEqual(
      [one, other, third].map((view) => view?.merged),
    );
  });

  it('tell a repost from the posting that it repeats', async () => {
    const older = await keep('stepstone');
    const { jobIds } = await store.keep([posting('2', { postedAt: new Date('2026-11-20') })], {
      userId: 'kim',
      testMode: false,
      source: 'stepstone',
      seenAt: new Date('2026-11-20T08:00:00Z'),
      taskRunId: 'task-2',
    });
    expect(await process()).toMatchObject({ reposts: 1, merged: 0 });
    expect(await seen(jobIds[0] ?? '')).toMatchObject({ repostOf: older });
  });
});
