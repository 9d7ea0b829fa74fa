import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetJob, ScrapeUrl } from '#libs/contracts';
import type { ScrapeUrlInput } from '#libs/contracts';
import type { CallOptions } from '#libs/operations';
import { SourceRegistry } from './source-registry.js';
import { findSource } from './find-source.js';
import { KIM, startTestScraper } from './scraper.fixtures.js';
import type { TestScraper } from './scraper.fixtures.js';

describe('the source of an address', () => {
  const sources = new SourceRegistry({}, null).all(false);

  it.each([
    ['https://jobs.lever.co/acme', 'lever'],
    ['https://jobs.eu.lever.co/acme/3414ba28-35f7-45d3-8e13-35c883959635/apply', 'lever'],
    ['https://boards.greenhouse.io/acme/jobs/123', 'greenhouse'],
    ['https://jobs.ashbyhq.com/acme', 'ashby'],
    ['https://careers.smartrecruiters.com/Acme', 'smartrecruiters'],
    ['https://acme.jobs.personio.de/job/12?language=de', 'personio'],
    ['https://acme.recruitee.com/o/cook', 'recruitee'],
    ['https://www.stepstone.de/stellenangebote--Koch--1-inline.html', 'stepstone'],
    ['https://de.indeed.com/viewjob?jk=1', 'indeed'],
    ['https://www.arbeitsagentur.de/jobsuche/jobdetail/10000-1-S', 'arbeitsagentur'],
    ['https://www.arbeitsagentur.de/karriere', 'jsonld'],
    ['https://jobs.lever.co.example/acme', 'jsonld'],
    ['https://notstepstone.de/x', 'jsonld'],
    ['https://employer.example/careers/tester', 'jsonld'],
  ])('%s is %s', (address, name) => {
    expect(findSource(new URL(address), sources).name).toBe(name);
  });
});

describe('a pasted address', () => {
  let scraper: TestScraper;
  beforeAll(async () => {
    scraper = await startTestScraper((boards) => ({
      SOURCE_LEVER_URL: `${boards}/lever`,
      SOURCE_ARBEITSAGENTUR_URL: `${boards}/arbeitsagentur`,
    }));
  });
  afterAll(() => scraper.close());
  beforeEach(() => scraper.clear());

  const paste = (url: string, input: Partial<ScrapeUrlInput> = {}, options: CallOptions = KIM) =>
    scraper.client.call(ScrapeUrl, { url, ...input } as ScrapeUrlInput, options);

  it("of an employer's board is kept whole, and one of its openings alone", async () => {
    const board = await paste('https://jobs.lever.co/quillon');
    expect(board).toMatchObject({ success: true, source: 'lever' });
    expect(board.jobIds.length).toBeGreaterThan(1);
    const { url } = await scraper.client.call(GetJob, { jobId: board.jobIds[0] ?? '' }, KIM);
    const one = await paste(url ?? '');
    expect(one).toMatchObject({ source: 'lever', jobIds: [board.jobIds[0]], jobsUpdated: 1 });
  });

  it('of the Bundesagentur is asked where its page asks', async () => {
    const found = await scraper.search('arbeitsagentur', { query: { keywords: ['typescript'] }, limit: 1 });
    const job = await scraper.client.call(GetJob, { jobId: found.jobIds[0] ?? '' }, KIM);
    await scraper.clear();
    const pasted = await paste(job.url ?? '');
    expect(pasted).toMatchObject({ source: 'arbeitsagentur', jobIds: [job.id], jobsCreated: 1 });
    expect(await scraper.client.call(GetJob, { jobId: job.id }, KIM)).toMatchObject({
      title: job.title,
      description: job.description,
      detail: 'full',
    });
  });

  it('that no source knows is read by what the page says of openings', async () => {
    const test = { ...KIM, flags: { testMode: true } };
    const url = `${scraper.boards.url}/careers/northquay/site-reliability-engineer`;
    expect(await paste(url, {}, test)).toMatchObject({ success: true, source: 'jsonld', jobsCreated: 1 });
  });

  it('of a board that turns programs away is refused with the way that is left', async () => {
    await expect(paste('https://de.indeed.com/viewjob?jk=1')).rejects.toMatchObject({
      code: 'operation/invalid-input',
      message: expect.stringContaining('it takes query, savedPages'),
    });
  });

  it('is not asked in a dry run, which says whose it is', async () => {
    const before = scraper.boards.asked.length;
    expect(await paste('https://jobs.lever.co/quillon', { dryRun: true })).toMatchObject({
      source: 'lever',
      dryRun: true,
      jobIds: [],
    });
    expect(scraper.boards.asked).toHaveLength(before);
    expect(await scraper.counts()).toEqual([0, 0, 0]);
  });

  it.each(['lever', 'ftp://x.example/y', 'javascript:alert(1)', ''])(
    'that is none is refused: %j',
    async (url) => {
      await expect(paste(url)).rejects.toMatchObject({ code: 'operation/invalid-input' });
    },
  );
});
