import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckSources, SOURCE_NAMES } from '#libs/contracts';
import type { CheckSourcesInput, SourceHealthDto, SourceName } from '#libs/contracts';
import type { CallOptions } from '#libs/operations';
import { KIM, startTestScraper } from '../scraping/scraper.fixtures.js';
import type { TestScraper } from '../scraping/scraper.fixtures.js';

let scraper: TestScraper;
beforeAll(async () => {
  scraper = await startTestScraper((boards) => ({
    SOURCE_ARBEITNOW_URL: `${boards}/faults/500-once/arbeitnow`,
    SOURCE_ARBEITSAGENTUR_URL: `${boards}/faults/html/arbeitsagentur`,
    SOURCE_REMOTIVE_URL: `${boards}/faults/captcha/remotive`,
    SOURCE_LEVER_URL: `${boards}/lever`,
    SOURCE_LEVER_BOARDS: 'nosuchboard,quillon,oakmere',
    SOURCE_GREENHOUSE_URL: `${boards}/faults/500/greenhouse`,
    SOURCE_GREENHOUSE_BOARDS: 'lindwerk',
  }));
});
afterAll(() => scraper.close());
beforeEach(() => scraper.clear());

async function check(
  input: Partial<CheckSourcesInput> = {},
  options: CallOptions = KIM,
): Promise<{ success: boolean; by: Record<string, SourceHealthDto> }> {
  const { success, sources } = await scraper.client.call(CheckSources, { ask: true, ...input }, options);
  return { success, by: Object.fromEntries(sources.map((source) => [source.name, source])) };
}
const only = (...sources: SourceName[]) => ({ sources });

describe('a check of the sources', () => {
  it('tells blocked, changed and unreachable apart, and what is off', async () => {
    const { success, by } = await check(only('arbeitsagentur', 'remotive', 'greenhouse', 'lever', 'ashby'));
    expect(success).toBe(false);
    expect(by).toMatchObject({
      arbeitsagentur: { state: 'schema_changed', asked: true, failuresInARow: 1, lastSuccessAt: null },
      remotive: { state: 'blocked', lastFailure: { outcome: 'blocked', at: expect.any(String) } },
      greenhouse: {
        state: 'unreachable',
        lastFailure: { message: expect.stringContaining('500') },
        boards: 1,
      },
      // One employer's board has gone; the source is well.
      lever: { state: 'ok', boards: 3, failuresInARow: 0, lastSuccessAt: expect.any(String) },
      ashby: { state: 'off', asked: false, offBecause: expect.stringContaining('SOURCE_ASHBY_BOARDS') },
    });
    expect(by.lever?.lastFailure?.message).toContain('nosuchboard');
    expect(await scraper.counts()).toEqual([0, 0, 0]);
  });

  it('remembers when a source last came through, also in searches', async () => {
    const first = await check(only('arbeitnow'));
    expect(first.by.arbeitnow).toMatchObject({ state: 'unreachable', lastSuccessAt: null });
    await scraper.search('arbeitnow', { query: { keywords: ['typescript'] } });
    const { success, by } = await check({ ...only('arbeitnow'), ask: false });
    expect(success).toBe(true);
    expect(by.arbeitnow).toMatchObject({
      state: 'ok',
      asked: false,
      failuresInARow: 0,
      lastFailure: { outcome: 'unreachable' },
    });
    expect(by.arbeitnow?.lastSuccessAt).toBe(by.arbeitnow?.lastAskedAt);
  });

  it('counts how often in a row a source came to nothing', async () => {
    await check(only('remotive'));
    const search = await scraper.search('remotive');
    expect(search.success).toBe(false);
    expect((await check({ ...only('remotive'), ask: false })).by.remotive?.failuresInARow).toBe(2);
  });

  it("is not moved by what the person brought, and tells nobody else's", async () => {
    await scraper.search('lever', { query: undefined, urls: ['https://jobs.lever.co/nosuchboard'] });
    expect((await check({ ...only('lever'), ask: false })).by.lever?.state).toBe('unknown');
    await check(only('lever'));
    const lou = { actor: { userId: 'lou', channel: 'cli' } } as const;
    expect((await check({ ...only('lever'), ask: false }, lou)).by.lever?.state).toBe('unknown');
  });

  it('asks nobody in a dry run, and names every source', async () => {
    const before = scraper.boards.asked.length;
    const { by } = await check({}, { ...KIM, flags: { dryRun: true } });
    expect(Object.keys(by)).toEqual(SOURCE_NAMES);
    expect(scraper.boards.asked).toHaveLength(before);
  });

  it('refuses a source that is none', async () => {
    await expect(check({ sources: ['monster' as SourceName] })).rejects.toMatchObject({
      code: 'operation/invalid-input',
    });
  });
});
