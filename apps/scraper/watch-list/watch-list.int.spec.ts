import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetJob, ListSources, ListWatchedEmployers, UnwatchEmployer, WatchEmployer } from '#libs/contracts';
import type { CallOptions } from '#libs/operations';
import { KIM, startTestScraper } from '../scraping/scraper.fixtures.js';
import type { TestScraper } from '../scraping/scraper.fixtures.js';

const LOU = { actor: { userId: 'lou', channel: 'cli' } } as const;

let scraper: TestScraper;
beforeAll(async () => {
  scraper = await startTestScraper((boards) => ({
    SOURCE_LEVER_URL: `${boards}/lever`,
    SOURCE_PERSONIO_URL: `${boards}/personio/{board}`,
    SOURCE_SMARTRECRUITERS_URL: `${boards}/smartrecruiters`,
  }));
});
afterAll(() => scraper.close());
beforeEach(() => scraper.clear());

const watch = (input: { board: string; source?: 'lever' | 'personio' | 'smartrecruiters'; name?: string }) =>
  scraper.client.call(WatchEmployer, input, KIM);
const watched = async (options: CallOptions = KIM) =>
  (await scraper.client.call(ListWatchedEmployers, {}, options)).employers;
const isOn = async (name: string, options: CallOptions = KIM) => {
  const { sources } = await scraper.client.call(ListSources, { enabled: true }, options);
  return sources.some((source) => source.name === name);
};

describe('a watched employer', () => {
  it('is searched with every search of its source, under the name that the person gave', async () => {
    await expect(scraper.search('lever')).rejects.toThrow('lever is off: no employer');
    expect(await isOn('lever')).toBe(false);
    expect(await watch({ board: 'https://jobs.lever.co/quillon', name: 'Quillon' })).toMatchObject({
      success: true,
      added: true,
      employer: { source: 'lever', board: 'quillon', lastOutcome: null },
    });
    expect(await isOn('lever')).toBe(true);
    const { jobIds } = await scraper.search('lever', { query: { keywords: ['python'] } });
    expect(jobIds.length).toBeGreaterThan(0);
    expect(await scraper.client.call(GetJob, { jobId: jobIds[0] ?? '' }, KIM)).toMatchObject({
      company: 'Quillon',
    });
    expect(await watched()).toMatchObject([
      { lastOutcome: 'results', lastSuccessAt: expect.any(String), lastMessage: null },
    ]);
  });

  it('whose board has gone says so, and leaves the others alone', async () => {
    await watch({ board: 'tannrode', source: 'personio' });
    await watch({ board: 'https://nosuchboard.jobs.personio.de' });
    expect(await scraper.search('personio', { query: { keywords: ['sps'] } })).toMatchObject({
      success: true,
      jobsCreated: 1,
    });
    expect(await watched()).toMatchObject([
      {
        board: 'nosuchboard',
        lastOutcome: 'unreachable',
        lastSuccessAt: null,
        lastMessage: expect.stringContaining('404'),
      },
      { board: 'tannrode', lastOutcome: 'results' },
    ]);
  });

  it('is watched once, and may be given another name', async () => {
    const first = await watch({ board: 'quillon', source: 'lever' });
    const second = await watch({ board: 'jobs.lever.co/quillon', name: 'Quillon' });
    expect(second).toMatchObject({ added: false, employer: { id: first.employer.id, name: 'Quillon' } });
    expect(await watched()).toHaveLength(1);
  });

  it("is nobody else's, and none of test mode's", async () => {
    await watch({ board: 'quillon', source: 'lever' });
    expect(await watched(LOU)).toEqual([]);
    expect(await isOn('lever', LOU)).toBe(false);
    expect(await watched({ ...KIM, flags: { testMode: true } })).toEqual([]);
    await expect(
      scraper.client.call(UnwatchEmployer, { board: 'quillon', source: 'lever' }, LOU),
    ).rejects.toMatchObject({ code: 'scraper/not-watched' });
    expect(await watched()).toHaveLength(1);
  });

  it('is watched no longer once it is taken off', async () => {
    await watch({ board: 'quillon', source: 'lever' });
    const board = { board: 'https://jobs.lever.co/quillon' };
    expect(await scraper.client.call(UnwatchEmployer, board, KIM)).toMatchObject({ success: true });
    await expect(scraper.client.call(UnwatchEmployer, board, KIM)).rejects.toThrow('not on your watch-list');
    await expect(scraper.search('lever')).rejects.toThrow('lever is off');
  });

  it('is neither added nor taken off in a dry run', async () => {
    const dry = { ...KIM, flags: { dryRun: true } };
    const board = { board: 'quillon', source: 'lever' } as const;
    expect(await scraper.client.call(WatchEmployer, board, dry)).toMatchObject({ added: true, dryRun: true });
    expect(await watched()).toEqual([]);
    await watch(board);
    expect(await scraper.client.call(UnwatchEmployer, board, dry)).toMatchObject({ dryRun: true });
    expect(await watched()).toHaveLength(1);
  });

  it.each([
    [{ board: 'quillon' }, 'board', /is no address of a board that is known/],
    [{ board: 'https://example.org/careers' }, 'board', /expected an address at one of greenhouse, lever/],
    [{ board: 'x', source: 'arbeitnow' }, 'source', /arbeitnow has no boards of employers/],
    [{ board: '../x', source: 'lever' }, 'board', /is no board of lever/],
    [{ board: 'x', source: 'monster' }, 'source', /names no known source/],
    [{ source: 'lever' }, 'board', /board/],
  ])('that makes no sense is refused: %j', async (input, field, message) => {
    await expect(scraper.client.call(WatchEmployer, input as never, KIM)).rejects.toMatchObject({
      code: 'operation/invalid-input',
      message: expect.stringMatching(message),
      fields: expect.arrayContaining([expect.objectContaining({ field })]),
    });
  });
});

describe('a pasted address', () => {
  it('of an opening brings that opening alone, though nobody watches its board', async () => {
    const urls = ['https://jobs.lever.co/quillon/00000000-0000-4000-8000-000000420206/apply'];
    const { jobIds } = await scraper.search('lever', { query: undefined, urls });
    expect(jobIds).toHaveLength(1);
    expect(await scraper.client.call(GetJob, { jobId: jobIds[0] ?? '' }, KIM)).toMatchObject({
      title: 'Machine Learning Engineer',
      detail: 'full',
    });
    const smart = ['https://jobs.smartrecruiters.com/hafenlicht/744000000410105-leitung-kundendienst'];
    const { pages } = await scraper.search('smartrecruiters', { query: undefined, urls: smart });
    expect(pages).toMatchObject([{ kind: 'detail', outcome: 'results', found: 1 }]);
  });

  it('of a board brings all of it', async () => {
    const urls = ['https://tannrode.jobs.personio.de'];
    const { jobsCreated, pages } = await scraper.search('personio', { query: undefined, urls, limit: 1 });
    expect(pages).toHaveLength(1);
    expect(jobsCreated).toBe(pages[0]?.found);
    expect(jobsCreated).toBeGreaterThan(1);
  });

  it('of an opening that is over has no results, and one of another board is not asked', async () => {
    const gone = ['https://jobs.lever.co/quillon/00000000-0000-4000-8000-000000000000'];
    expect(await scraper.search('lever', { query: undefined, urls: gone })).toMatchObject({
      success: true,
      jobIds: [],
    });
    const before = scraper.boards.asked.length;
    const urls = ['https://jobs.ashbyhq.com/kestrel'];
    expect(await scraper.search('lever', { query: undefined, urls })).toMatchObject({
      success: false,
      pages: [{ outcome: 'unreachable', message: expect.stringContaining('no address of a board at Lever') }],
    });
    expect(scraper.boards.asked).toHaveLength(before);
  });
});
