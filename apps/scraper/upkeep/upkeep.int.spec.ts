import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { CleanScraper, CreateJobsBatch, ListApplications, WatchEmployer } from '#libs/contracts';
import type {
  ApplicationSummaryDto,
  CleanScraperOutput,
  ListApplicationsInput,
  ListApplicationsOutput,
} from '#libs/contracts';
import { Operation, startService } from '#libs/operations';
import type { CallOptions, RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { KIM, startTestScraper } from '../scraping/scraper.fixtures.js';
import type { TestScraper } from '../scraping/scraper.fixtures.js';

const TEST = { ...KIM, flags: { testMode: true } } as const;
const DRY = { ...KIM, flags: { dryRun: true } } as const;
const LOU = { actor: { userId: 'lou', channel: 'cli' } } as const;
const OLD = new Date('2020-01-01T00:00:00Z');

/** What the person has applied to, and how often that was asked. */
const applied: string[][] = [];
const asked: ListApplicationsInput[] = [];

const application = (identities: string[]): ApplicationSummaryDto => ({
  id: `application of ${identities.join()}`,
  userId: 'kim',
  jobId: identities[0] ?? '',
  identities,
  title: 'Cook',
  company: 'Moorblick',
  cvId: 'cv',
  letterId: null,
  status: 'prepared',
  channel: 'email',
  wentOut: 'no',
  to: null,
  applyUrl: null,
  preparedAt: OLD.toISOString(),
  sentAt: null,
  updatedAt: OLD.toISOString(),
  testMode: false,
});

/** Answers with one application a page. */
@Controller()
class Applications {
  @Operation(ListApplications)
  async list(input: ListApplicationsInput): Promise<ListApplicationsOutput> {
    asked.push(input);
    const met = applied.filter((identities) => identities.some((id) => input.jobIds?.includes(id)));
    const at = Number(input.cursor ?? 0);
    return {
      items: met.slice(at, at + 1).map(application),
      nextCursor: at + 1 < met.length ? String(at + 1) : null,
    };
  }
}

@Module({ controllers: [Applications] })
class ApplicationsModule {}

let scraper: TestScraper;
let applier: RunningService | undefined;

const startApplier = async () => {
  applier = await startService({
    service: 'applier',
    contracts: [ListApplications],
    nats: scraper.nats,
    logger: createLogger({ service: 'applier', level: 'silent' }),
    module: ApplicationsModule,
  });
};
beforeAll(async () => {
  scraper = await startTestScraper((boards) => ({ SOURCE_LEVER_URL: `${boards}/lever` }));
  await startApplier();
});
afterAll(async () => {
  await applier?.close();
  await scraper.close();
});
beforeEach(async () => {
  applied.length = 0;
  asked.length = 0;
  await scraper.clear();
});

const jobs = () => scraper.database.collection<{ _id: string }>('jobs');
/** Makes jobs that a search has found. */
const found = async (titles: string[], options: CallOptions = KIM): Promise<string[]> => {
  const { jobIds } = await scraper.client.call(
    CreateJobsBatch,
    { jobs: titles.map((title) => ({ title, company: 'Moorblick', description: title })) },
    options,
  );
  await jobs().updateMany({ _id: { $in: jobIds } }, { $set: { 'source.name': 'arbeitnow' } });
  return jobIds;
};
const age = async (ids: string[], set: object = {}) =>
  jobs().updateMany({ _id: { $in: ids } }, { $set: { ...set, lastSeenAt: OLD } });
const merge = async (...ids: string[]) => {
  for (const id of ids) {
    const merged = ids.filter((other) => other !== id).map((jobId) => ({ jobId, why: 'the same' }));
    const opening = { canonicalJobId: ids[0], merged, repostOf: null, separated: [], rev: 1 };
    await jobs().updateOne({ _id: id }, { $set: { opening } });
  }
};
const clean = (options: CallOptions = KIM): Promise<CleanScraperOutput> =>
  scraper.client.call(CleanScraper, { olderThanDays: 30 }, options);
const left = async (): Promise<string[]> =>
  (
    await jobs()
      .find({}, { projection: { _id: 1 } })
      .toArray()
  )
    .map(({ _id }) => _id)
    .sort();

describe('cleaning', () => {
  it('removes old jobs that nobody has touched, and no others', async () => {
    const [fresh = '', plain = '', noted = '', starred = ''] = await found(['a', 'b', 'c', 'd']);
    const [theirs = ''] = await found(['e'], LOU);
    const { jobIds } = await scraper.client.call(
      CreateJobsBatch,
      { jobs: [{ title: 'f', company: 'Moorblick', description: 'brought by hand' }] },
      KIM,
    );
    await age([plain, theirs, ...jobIds]);
    await age([noted], { notes: 'ask Jo' });
    await age([starred], { status: 'interesting' });
    const counted = { success: true, jobs: 1, testJobs: 0, unsure: 0, message: null };
    expect(await clean(DRY)).toMatchObject({ ...counted, dryRun: true });
    expect(await left()).toHaveLength(6);
    expect(await clean()).toMatchObject({ ...counted, dryRun: false, taskRunId: expect.any(String) });
    expect(await left()).toEqual([fresh, noted, starred, theirs, ...jobIds].sort());
  });

  it('leaves jobs of boards that the person watches', async () => {
    const [watched = '', other = ''] = await found(['a', 'b']);
    const of = (board: string) => ({ source: { name: 'lever', postingId: board, references: { board } } });
    await age([watched], of('quillon'));
    await age([other], of('tannrode'));
    await scraper.client.call(WatchEmployer, { board: 'quillon', source: 'lever' }, KIM);
    expect(await clean()).toMatchObject({ jobs: 1 });
    expect(await left()).toEqual([watched]);
  });

  it('never removes a job with an application, nor another posting of its opening', async () => {
    const [a = '', b = '', c = '', d = '', e = ''] = await found(['a', 'b', 'c', 'd', 'e']);
    await age([a, b, c, d, e]);
    await merge(a, b);
    applied.push([b], [d], ['elsewhere', e]);
    expect(await clean(DRY)).toMatchObject({ jobs: 1 });
    expect(await clean()).toMatchObject({ jobs: 1 });
    expect(await left()).toEqual([a, b, d, e].sort());
    expect(asked[0]).toMatchObject({ jobIds: expect.arrayContaining([a, b]), includeTest: true });
  });

  it('removes postings of one opening together or not at all', async () => {
    const [a = '', b = '', c = '', d = ''] = await found(['a', 'b', 'c', 'd']);
    await age([a, b, c]);
    await merge(a, b);
    await merge(c, d);
    expect(await clean()).toMatchObject({ jobs: 2 });
    expect(await left()).toEqual([c, d].sort());
  });

  it('keeps old jobs where the applier cannot be asked, and says so', async () => {
    const ids = await found(['a', 'b']);
    await age(ids);
    await applier?.close();
    try {
      expect(await clean()).toMatchObject({
        success: true,
        jobs: 0,
        unsure: 2,
        message: expect.stringMatching(/^2 old jobs stay: .* the service applier is not running/),
      });
    } finally {
      await startApplier();
    }
    expect(await left()).toEqual([...ids].sort());
  });

  it('removes what test mode left, touched or not, and in test mode nothing else', async () => {
    const [real = ''] = await found(['a']);
    const [test = '', sent = '', fresh = ''] = await found(['b', 'c', 'd'], TEST);
    await age([real, test, sent], { notes: 'touched' });
    applied.push([sent]);
    expect(await clean(TEST)).toMatchObject({ jobs: 0, testJobs: 1 });
    expect(await left()).toEqual([real, sent, fresh].sort());
    applied.length = 0;
    expect(await clean()).toMatchObject({ jobs: 0, testJobs: 1 });
    expect(await left()).toEqual([real, fresh].sort());
  });

  it('asks about many jobs in several questions', async () => {
    const one = await found(['a']);
    const sample = await jobs().findOne({ _id: one[0] ?? '' });
    await age(one);
    await jobs().insertMany(
      Array.from({ length: 2_500 }, (_, at) => ({
        ...sample,
        _id: `many-${at}`,
        source: { name: 'arbeitnow', postingId: `many-${at}`, references: {} },
        lastSeenAt: OLD,
      })),
    );
    applied.push(['many-1'], ['many-2400']);
    expect(await clean()).toMatchObject({ jobs: 2_499 });
    expect(await left()).toEqual(['many-1', 'many-2400']);
  });

  it('removes old pages and searches', async () => {
    await scraper.search('arbeitnow');
    const [, pages = 0] = await scraper.counts();
    await scraper.database.collection('pages').updateMany({}, { $set: { fetchedAt: OLD } });
    await scraper.database.collection('queryindexes').updateMany({}, { $set: { searchedAt: OLD } });
    await scraper.search('remotive');
    expect(await clean(DRY)).toMatchObject({ pages, searches: 1, jobs: 0 });
    expect(await clean()).toMatchObject({ pages, searches: 1, jobs: 0 });
    expect(await clean()).toMatchObject({ pages: 0, searches: 0 });
  });

  it('refuses an age that makes no sense', async () => {
    await expect(scraper.client.call(CleanScraper, { olderThanDays: 0 }, KIM)).rejects.toMatchObject({
      code: 'operation/invalid-input',
    });
  });
});
