import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import { ScrapeInput, ScrapeJobs } from '#libs/contracts';
import type { ScrapeOutput } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { taskRunId } from '#libs/run-log';
import { testMongoUri } from '#libs/testing';
import { startFixtureBoards } from '../fixture-boards/server.js';
import type { FixtureBoards } from '../fixture-boards/server.js';
import { HealthStore } from '../health/health.store.js';
import { SourceHealth, SourceHealthSchema } from '../health/source-health.schema.js';
import { ServerFailedError } from '../http/http-errors.js';
import { PoliteClient } from '../http/polite-client.js';
import { Job, JobSchema } from '../jobs/job.schema.js';
import { JobsStore } from '../jobs/jobs.store.js';
import { Page, PageSchema } from '../pages/page.schema.js';
import { PagesStore } from '../pages/pages.store.js';
import { QueriesStore } from '../queries/queries.store.js';
import { QueryIndex, QueryIndexSchema } from '../queries/query-index.schema.js';
import type { AnySource } from '../sources/any-source.js';
import type { Source } from '../sources/source.js';
import type { Visit } from '../sources/visit.js';
import { WatchListStore } from '../watch-list/watch-list.store.js';
import { WatchedEmployer, WatchedEmployerSchema } from '../watch-list/watched-employer.schema.js';
import { ScrapingService } from './scraping.service.js';
import { SourceRegistry } from './source-registry.js';

const QUIET_LOG = { debug() {}, info() {}, warn() {}, error() {} };

let boards: FixtureBoards;
let connection: Connection;
const clients: PoliteClient[] = [];

beforeAll(async () => {
  boards = await startFixtureBoards();
  connection = await mongoose.createConnection(testMongoUri(), { autoIndex: false }).asPromise();
  connection.model(Job.name, JobSchema);
  connection.model(Page.name, PageSchema);
  connection.model(QueryIndex.name, QueryIndexSchema);
  connection.model(SourceHealth.name, SourceHealthSchema);
  connection.model(WatchedEmployer.name, WatchedEmployerSchema);
});
afterAll(async () => {
  await connection.close();
  await boards.close();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const { name } of await connection.listCollections()) await connection.collection(name).deleteMany({});
});

const counts = () =>
  Promise.all(['jobs', 'pages', 'queryindexes'].map((name) => connection.collection(name).countDocuments()));

const run = (): OperationRun => ({
  contract: ScrapeJobs,
  taskRunId: taskRunId('task-1'),
  attempt: 1,
  flowRunId: null,
  parentTaskRunId: null,
  actor: { userId: 'kim', channel: 'cli' },
  flags: { dryRun: false, testMode: false, verbose: false },
  idempotencyKey: 'task-1',
  signal: new AbortController().signal,
  deadline: Date.now() + 60_000,
  log: QUIET_LOG,
  progress() {},
  itemError() {},
  addResultRef() {},
  call: () => Promise.reject(new Error('calls nothing')),
});

const PATIENT = { silenceMs: 30_000, totalMs: 60_000 };
/** For boards that never end an answer. */
const IMPATIENT = { silenceMs: 150, totalMs: 300 };
const ENDLESS = ['silence', 'stall'];

/** A service whose sources are as the settings say. Each has a client of its own: hosts are left alone by one. */
function serviceOf(sources: SourceRegistry, patience = PATIENT): ScrapingService {
  const http = new PoliteClient({
    userAgent: 'JobHunter/test',
    requestsPerMinute: 60_000,
    concurrency: 2,
    ...patience,
    maxBytes: 10 * 1024 * 1024,
    trusted: [boards.url],
  });
  clients.push(http);
  return new ScrapingService(
    sources,
    http,
    new JobsStore(connection.model<Job>(Job.name)),
    new PagesStore(connection.model<Page>(Page.name)),
    new QueriesStore(connection.model<QueryIndex>(QueryIndex.name)),
    new HealthStore(connection.model<SourceHealth>(SourceHealth.name)),
    new WatchListStore(connection.model<WatchedEmployer>(WatchedEmployer.name)),
  );
}

const INPUT = Object.assign(new ScrapeInput(), { query: { keywords: ['typescript'] } });

/** A service all of whose boards fail in the same way. */
function withFault(fault: string): (source: string) => Promise<ScrapeOutput> {
  const env = {
    SOURCE_ARBEITNOW_URL: `${boards.url}/faults/${fault}/arbeitnow`,
    SOURCE_STEPSTONE_URL: `${boards.url}/faults/${fault}/stepstone`,
    SOURCE_STEPSTONE_LIVE: 'true',
    SOURCE_ARBEITSAGENTUR_URL: `${boards.url}/faults/${fault}/arbeitsagentur`,
    SOURCE_REMOTIVE_URL: `${boards.url}/faults/${fault}/remotive`,
    SOURCE_LEVER_URL: `${boards.url}/faults/${fault}/lever`,
    SOURCE_LEVER_BOARDS: 'quillon',
    SOURCE_ASHBY_URL: `${boards.url}/faults/${fault}/ashby`,
    SOURCE_ASHBY_BOARDS: 'northquay',
    SOURCE_SMARTRECRUITERS_URL: `${boards.url}/faults/${fault}/smartrecruiters`,
    SOURCE_SMARTRECRUITERS_BOARDS: 'northquay',
    SOURCE_PERSONIO_URL: `${boards.url}/faults/${fault}/personio/{board}`,
    SOURCE_PERSONIO_BOARDS: 'tannrode',
    SOURCE_RECRUITEE_URL: `${boards.url}/faults/${fault}/recruitee/{board}`,
    SOURCE_RECRUITEE_BOARDS: 'oakmere',
  };
  const service = serviceOf(new SourceRegistry(env, null), ENDLESS.includes(fault) ? IMPATIENT : PATIENT);
  return (source) => service.scrape(source, INPUT, run());
}

const NEWER = ['lever', 'ashby', 'smartrecruiters', 'personio', 'recruitee', 'remotive'];

describe('a board that', () => {
  it.each([
    ['429', 120_000],
    ['503', 7_000],
    ['500', undefined],
    ['silence', undefined],
    ['stall', undefined],
  ])('answers %s makes the task wait and try again', async (fault, retryAfterMs) => {
    await expect(withFault(fault)('arbeitnow')).rejects.toMatchObject({
      code: 'scraper/source-unavailable',
      disposition: 'retry',
      retryAfterMs,
    });
    // The page is kept, so that it can be looked at later.
    expect(await counts()).toEqual([0, 1, 0]);
  });

  it.each([
    ['403', 'arbeitnow', 'blocked'],
    ['captcha', 'arbeitnow', 'blocked'],
    ['captcha', 'stepstone', 'blocked'],
    ['html', 'arbeitnow', 'schema_changed'],
    ['html', 'stepstone', 'schema_changed'],
    ['truncated', 'arbeitnow', 'schema_changed'],
    ['truncated', 'stepstone', 'schema_changed'],
    ['renamed', 'arbeitnow', 'schema_changed'],
    ['renamed', 'stepstone', 'schema_changed'],
    ['empty', 'arbeitnow', 'schema_changed'],
    ['huge', 'arbeitnow', 'unreachable'],
    ['loop', 'arbeitnow', 'unreachable'],
    ['403', 'arbeitsagentur', 'blocked'],
    ['captcha', 'arbeitsagentur', 'blocked'],
    ...NEWER.flatMap((source) => [
      ['403', source, 'blocked'],
      ['captcha', source, 'blocked'],
      ['html', source, 'schema_changed'],
      ['truncated', source, 'schema_changed'],
      ['renamed', source, 'schema_changed'],
      ['empty', source, 'schema_changed'],
      ['404', source, 'unreachable'],
    ]),
  ])('answers %s makes %s answer that it failed: %s', async (fault, source, outcome) => {
    const { success, pages, message, jobIds } = await withFault(fault)(source);
    expect({ success, jobIds }).toEqual({ success: false, jobIds: [] });
    expect(pages).toEqual([
      expect.objectContaining({ outcome, retryable: false, message: expect.any(String) }),
    ]);
    expect(message).toContain(outcome);
  });

  it.each([
    ['html', 'schema_changed'],
    ['truncated', 'schema_changed'],
    ['404', 'unreachable'],
  ])('answers %s in both versions of its API comes out as %s', async (fault, outcome) => {
    const { success, pages } = await withFault(fault)('arbeitsagentur');
    expect(success).toBe(false);
    expect(pages.map((page) => page.outcome)).toEqual([outcome, outcome]);
  });

  it('fails once is read at the second try', async () => {
    const search = withFault('500-once');
    await expect(search('stepstone')).rejects.toMatchObject({ disposition: 'retry' });
    expect(await search('stepstone')).toMatchObject({ success: true });
  });
});

describe('a page', () => {
  const visit = (number: number): Visit => ({
    page: {
      url: `https://a.example/${number}`,
      kind: 'detail',
      outcome: 'unreachable',
      status: 500,
      bytes: 4,
      fetchedAt: new Date(),
      body: 'text',
      error: new ServerFailedError(`https://a.example/${number}`, 500),
    },
    postings: [],
    faults: [],
  });

  it('is kept as it comes, and its text let go of', async () => {
    const keptBefore: number[] = [];
    const pages = () => connection.collection('pages');
    const source: Source = {
      name: 'slow',
      offBecause: null,
      takes: ['query'],
      boards: null,
      async *search() {
        for (const number of [1, 2, 3]) {
          keptBefore.push(await pages().countDocuments());
          yield visit(number);
        }
      },
    };
    const configured = { source, baseUrls: [] };
    const slow: AnySource = {
      name: 'slow',
      title: '',
      description: '',
      configure: () => ({ real: configured, onFixtures: () => configured }),
    };
    const service = serviceOf(new SourceRegistry({}, null, [slow]));
    await expect(service.scrape('slow', INPUT, run())).rejects.toMatchObject({
      code: 'scraper/source-unavailable',
      pages: [{ body: null }, { body: null }, { body: null }],
    });
    expect(keptBefore).toEqual([0, 1, 2]);
    expect(await pages().countDocuments({ body: { $ne: null } })).toBe(3);
  });
});
