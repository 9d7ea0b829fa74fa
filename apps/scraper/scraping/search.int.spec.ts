import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetJob, ListJobs, SOURCE_NAMES } from '#libs/contracts';
import { KIM, startTestScraper } from './scraper.fixtures.js';
import type { TestScraper } from './scraper.fixtures.js';

/** All that can be asked; Indeed reads only what is brought. */
const ASKED = SOURCE_NAMES.filter((name) => name !== 'indeed');

let scraper: TestScraper;
beforeAll(async () => {
  scraper = await startTestScraper((boards) => ({
    SOURCE_ARBEITNOW_URL: `${boards}/arbeitnow`,
    SOURCE_GREENHOUSE_URL: `${boards}/greenhouse`,
    SOURCE_GREENHOUSE_BOARDS: 'lindwerk, nosuchboard, northquay, emptyharbor',
    SOURCE_STEPSTONE_URL: `${boards}/stepstone`,
    SOURCE_STEPSTONE_LIVE: 'true',
    SOURCE_ARBEITSAGENTUR_URL: `${boards}/arbeitsagentur`,
    SOURCE_REMOTIVE_URL: `${boards}/remotive`,
    SOURCE_LEVER_URL: `${boards}/lever`,
    SOURCE_LEVER_BOARDS: 'quillon,oakmere',
    SOURCE_ASHBY_URL: `${boards}/ashby`,
    SOURCE_ASHBY_BOARDS: 'northquay,kestrel',
    SOURCE_SMARTRECRUITERS_URL: `${boards}/smartrecruiters`,
    SOURCE_SMARTRECRUITERS_BOARDS: 'hafenlicht,northquay',
    SOURCE_PERSONIO_URL: `${boards}/personio/{board}`,
    SOURCE_PERSONIO_BOARDS: 'tannrode,sudring',
    SOURCE_RECRUITEE_URL: `${boards}/recruitee/{board}`,
    SOURCE_RECRUITEE_BOARDS: 'oakmere,moorblick',
    SOURCE_JSONLD_URLS: `${boards}/careers/quillon/all,${boards}/careers/sudring/private`,
  }));
});
afterAll(() => scraper.close());
beforeEach(() => scraper.clear());

describe('a search', () => {
  it.each(ASKED)(
    'of %s keeps jobs, pages and the query, and updates them the second time',
    async (source) => {
      const query = { keywords: ['typescript', 'python', 'sps', 'react'] };
      const first = await scraper.search(source, { query });
      expect(first).toMatchObject({ success: true, source, jobsUpdated: 0, dryRun: false });
      expect(first.taskRunId).toEqual(expect.any(String));
      expect(first.jobsCreated).toBeGreaterThan(0);
      expect(first.jobIds).toHaveLength(first.jobsCreated);
      const counts = await scraper.counts();
      expect(counts).toEqual([first.jobsCreated, expect.any(Number), 1]);

      const second = await scraper.search(source, { query });
      expect(second).toMatchObject({ jobsCreated: 0, jobsUpdated: first.jobsCreated, jobIds: first.jobIds });
      expect(await scraper.counts()).toEqual([counts[0], counts[1], 2]);
      const { items } = await scraper.client.call(
        ListJobs,
        { sort: 'title', limit: 50, queryIndexId: second.queryIndexId ?? '' },
        KIM,
      );
      expect(items.map(({ id }) => id).sort()).toEqual([...first.jobIds].sort());
    },
  );

  it('stops at its limit', async () => {
    const { jobIds, pages } = await scraper.search('arbeitnow', {
      query: { keywords: ['xylophone'] },
      limit: 3,
    });
    expect(jobIds).toHaveLength(0);
    expect(pages.at(-1)?.outcome).toBe('no_results');
    const limited = await scraper
      .search('stepstone', {
        query: { keywords: [''], location: 'Köln' },
        limit: 1,
      })
      .catch((e: unknown) => e);
    expect(limited).toMatchObject({ code: 'operation/invalid-input' });
    expect((await scraper.search('greenhouse', { limit: 2 })).jobIds).toHaveLength(2);
  });

  it('says how many it left out beyond its limit', async () => {
    const all = await scraper.search('jsonld', { query: { keywords: ['quillon'] } });
    expect(all).toMatchObject({ jobsCreated: 3, message: null });
    const limited = await scraper.search('jsonld', { query: { keywords: ['quillon'] }, limit: 1 });
    expect(limited.jobIds).toHaveLength(1);
    expect(limited.message).toBe('2 more were found than the limit allows');
  });

  it('reads details for the whole text, and only snippets without them', async () => {
    const bare = await scraper.search('stepstone', { fetchDetails: false });
    expect(bare.pages.map(({ kind }) => kind)).toEqual(['list']);
    expect(await scraper.client.call(GetJob, { jobId: bare.jobIds[0] ?? '' }, KIM)).toMatchObject({
      detail: 'snippet',
    });
    const whole = await scraper.search('stepstone');
    expect(whole.jobIds).toEqual(bare.jobIds);
    expect(await scraper.client.call(GetJob, { jobId: bare.jobIds[0] ?? '' }, KIM)).toMatchObject({
      detail: 'full',
      description: expect.stringContaining('Ihre Aufgaben'),
      salary: expect.objectContaining({ currency: 'EUR' }),
    });
  });

  it('says how each page came out; one dead page leaves the others alone', async () => {
    const { success, pages, jobIds } = await scraper.search('greenhouse', { fetchDetails: false });
    expect(success).toBe(true);
    expect(jobIds.length).toBeGreaterThan(1);
    expect(pages.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['results', 200],
      ['unreachable', 404],
      ['results', 200],
      ['no_results', 200],
    ]);
    const careers = await scraper.search('jsonld', { query: { keywords: ['kubernetes'] } });
    expect(careers.pages.map(({ outcome }) => outcome)).toEqual(['results', 'blocked']);
    expect(careers.pages[1]?.message).toContain('robots.txt');
  });

  it('records the pages and items that went wrong', async () => {
    const answer = await scraper.client.callByName(
      'scraper',
      'scrape_greenhouse',
      { query: { keywords: ['typescript'] }, fetchDetails: false },
      KIM,
    );
    expect(answer).toMatchObject({
      status: 'answered',
      outcome: {
        status: 'success',
        itemErrors: [{ item: expect.stringContaining('nosuchboard'), code: 'scraper/unexpected-status' }],
        resultRefs: expect.arrayContaining([
          { collection: 'jobs', documentId: expect.stringMatching(/^job_/) },
          { collection: 'queryindexes', documentId: expect.stringMatching(/^query_/) },
        ]),
      },
    });
  });

  it('that came to nothing says of each page why, though only some are worth a second try', async () => {
    const faulty = (fault: string) => `${scraper.boards.url}/faults/${fault}/careers/quillon/all`;
    const urls = [faulty('403'), faulty('500'), faulty('404')];
    const answer = await scraper.client.callByName('scraper', 'scrape_jsonld', { urls }, KIM);
    expect(answer).toMatchObject({
      status: 'answered',
      outcome: {
        status: 'failed',
        error: { code: 'scraper/source-unavailable', disposition: 'retry' },
        itemErrors: [
          { item: urls[0], code: 'scraper/blocked' },
          { item: urls[1], code: 'scraper/server-failed' },
          { item: urls[2], code: 'scraper/unexpected-status' },
        ],
      },
    });
    const [refused, failed, missing] = urls;
    const sentence = `${failed} answers 500; ${refused} refuses us: it answers 403; ${missing} answers 404`;
    expect(answer).toMatchObject({
      outcome: { error: { message: `jsonld could not be read: ${sentence}` } },
    });
  });

  it('keeps what it has found when its time is nearly up', async () => {
    const { pages, jobsCreated, message } = await scraper.search(
      'arbeitnow',
      { limit: 1000 },
      { ...KIM, timeoutMs: 4_000 },
    );
    expect(pages).toHaveLength(1);
    expect(jobsCreated).toBeGreaterThan(0);
    expect(message).toContain('the time was up');
  });

  it('has no results where nothing matches', async () => {
    const answer = await scraper.search('stepstone', { query: { keywords: ['astronaut'] } });
    expect(answer).toMatchObject({
      success: true,
      jobsCreated: 0,
      jobIds: [],
      pages: [{ outcome: 'no_results' }],
    });
  });

  it("takes the authenticated person, whatever the input's userId says", async () => {
    const { jobIds } = await scraper.search('stepstone', { userId: 'lou' });
    expect(await scraper.client.call(GetJob, { jobId: jobIds[0] ?? '' }, KIM)).toMatchObject({
      userId: 'kim',
    });
    await expect(
      scraper.client.call(GetJob, { jobId: jobIds[0] ?? '' }, { actor: { userId: 'lou', channel: 'cli' } }),
    ).rejects.toMatchObject({ code: 'jobs/not-found' });
  });
});

describe('a dry run', () => {
  it.each([
    ['by flag', {}, { ...KIM, flags: { dryRun: true } }],
    ['by input', { dryRun: true }, KIM],
  ])('asked for %s writes nothing and asks nobody', async (_how, input, options) => {
    const before = scraper.boards.asked.length;
    for (const source of ASKED) {
      const answer = await scraper.search(source, input, options);
      expect(answer).toMatchObject({
        success: true,
        dryRun: true,
        jobsCreated: 0,
        queryIndexId: null,
        pages: [],
      });
    }
    expect(scraper.boards.asked).toHaveLength(before);
    expect(await scraper.counts()).toEqual([0, 0, 0]);
  });
});
