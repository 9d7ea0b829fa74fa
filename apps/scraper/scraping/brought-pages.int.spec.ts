import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ListJobs, ListSources, SCRAPE_SOURCE_CONTRACTS } from '#libs/contracts';
import { indeedBoard } from '../fixture-boards/boards/indeed.js';
import { KIM, startTestScraper } from './scraper.fixtures.js';
import type { TestScraper } from './scraper.fixtures.js';

/** Its sources are as they are shipped: those that need settings are off. */
let shipped: TestScraper;
let results: string;
beforeAll(async () => {
  shipped = await startTestScraper((boards) => ({
    SOURCE_ARBEITNOW_URL: 'http://127.0.0.1:9',
    SOURCE_STEPSTONE_URL: `${boards}/stepstone`,
  }));
  const page = await fetch(`${shipped.boards.url}/stepstone/jobs/typescript`);
  results = await page.text();
});
afterAll(() => shipped.close());
beforeEach(() => shipped.clear());

/** A page with an opening, as an employer's site shows it. */
const careersPage = (number: number) =>
  `<script type="application/ld+json">${JSON.stringify({
    '@type': 'JobPosting',
    title: `Koch ${number}`,
    hiringOrganization: { name: 'Moorblick' },
    identifier: { value: number },
  })}</script>`;

describe('pages that a person brings', () => {
  it('are read though the source is off, and instead of a search', async () => {
    const before = shipped.boards.asked.length;
    const saved = await shipped.search('stepstone', { query: undefined, savedPages: [{ html: results }] });
    expect(saved.pages).toEqual([
      expect.objectContaining({ url: 'saved:page-1', kind: 'saved', outcome: 'results' }),
    ]);
    expect(saved.jobsCreated).toBeGreaterThan(0);
    expect(shipped.boards.asked).toHaveLength(before);

    const path = '/stepstone/stellenangebote--x--410110-inline.html';
    const pasted = await shipped.search('stepstone', { query: undefined, urls: [shipped.boards.url + path] });
    expect(pasted).toMatchObject({ success: true, jobsCreated: 1 });
    await expect(shipped.search('stepstone')).rejects.toMatchObject({
      code: 'operation/invalid-input',
      message: expect.stringContaining('SOURCE_STEPSTONE_LIVE=true'),
    });
  });

  it('are the only way to a board that turns programs away', async () => {
    const html = indeedBoard('/jobs', new URLSearchParams('q=python'), '')?.body ?? '';
    const url = 'https://de.indeed.com/jobs?q=python';
    const before = shipped.boards.asked.length;
    const saved = await shipped.search('indeed', { query: undefined, savedPages: [{ html, url }] });
    expect(saved.pages).toEqual([expect.objectContaining({ url, kind: 'saved', outcome: 'results' })]);
    expect(saved.jobsCreated).toBeGreaterThan(0);
    await expect(shipped.search('indeed')).rejects.toThrow('SOURCE_INDEED_FOLDER');
    await expect(shipped.search('indeed', { urls: [url] })).rejects.toThrow('indeed reads no urls');
    expect(shipped.boards.asked).toHaveLength(before);
  });

  it('are kept whole, whatever the limit', async () => {
    const savedPages = Array.from({ length: 12 }, (_, number) => ({ html: careersPage(number) }));
    const saved = await shipped.search('jsonld', { query: undefined, savedPages });
    expect(saved).toMatchObject({ jobsCreated: 12, message: null });
    const again = await shipped.search('jsonld', { query: undefined, savedPages, limit: 1, dryRun: true });
    expect(again.jobIds).toEqual(saved.jobIds);
  });

  it('are kept though one address beside them can never be asked', async () => {
    const urls = [410110, 410111].map(
      (id) => `${shipped.boards.url}/stepstone/stellenangebote--x--${id}-inline.html`,
    );
    const { success, pages } = await shipped.search('stepstone', {
      query: undefined,
      urls: [...urls, 'http://localhost:1/'],
    });
    expect(success).toBe(true);
    expect(pages.at(-1)).toMatchObject({ outcome: 'unreachable', retryable: false });
  });

  it('are refused by a source that reads none', async () => {
    await expect(shipped.search('arbeitnow', { savedPages: [{ html: '<p>' }] })).rejects.toMatchObject({
      code: 'operation/invalid-input',
      fields: [expect.objectContaining({ field: 'savedPages' })],
    });
  });

  it('are read in a dry run, which says what it would keep', async () => {
    const answer = await shipped.search('stepstone', { savedPages: [{ html: results }], dryRun: true });
    expect(answer.jobIds.length).toBeGreaterThan(0);
    expect(answer.pages[0]).toMatchObject({ outcome: 'results', pageId: null });
    expect(await shipped.counts()).toEqual([0, 0, 0]);
  });
});

describe('test mode', () => {
  it('searches the fixture boards, and what it keeps is left out unless asked for', async () => {
    const { jobIds } = await shipped.search('arbeitnow', {}, { ...KIM, flags: { testMode: true } });
    expect(jobIds.length).toBeGreaterThan(0);
    const list = (input: object) =>
      shipped.client.call(ListJobs, { sort: 'title', limit: 50, ...input }, KIM);
    expect((await list({})).items).toEqual([]);
    expect((await list({ includeTest: true })).items[0]).toMatchObject({ testMode: true });
  });
});

describe('the sources', () => {
  it('are listed with how to switch on those that are off', async () => {
    const { sources } = await shipped.client.call(ListSources, {}, KIM);
    expect(sources.map(({ name, enabled, operation }) => [name, enabled, operation])).toEqual([
      ['arbeitnow', true, 'scrape_arbeitnow'],
      ['arbeitsagentur', true, 'scrape_arbeitsagentur'],
      ['greenhouse', true, 'scrape_greenhouse'],
      ['lever', false, 'scrape_lever'],
      ['ashby', false, 'scrape_ashby'],
      ['smartrecruiters', false, 'scrape_smartrecruiters'],
      ['personio', false, 'scrape_personio'],
      ['recruitee', false, 'scrape_recruitee'],
      ['remotive', true, 'scrape_remotive'],
      ['stepstone', false, 'scrape_stepstone'],
      ['indeed', false, 'scrape_indeed'],
      ['jsonld', false, 'scrape_jsonld'],
    ]);
    expect(Object.keys(SCRAPE_SOURCE_CONTRACTS)).toEqual(sources.map(({ name }) => name));
    const on = await shipped.client.call(ListSources, { enabled: true }, KIM);
    expect(on.sources.map(({ name }) => name)).toEqual([
      'arbeitnow',
      'arbeitsagentur',
      'greenhouse',
      'remotive',
    ]);
  });
});
