import { describe, expect, it } from '@jest/globals';
import { checkDto, inputSchemaOf } from '#libs/operations';
import {
  ListJobsInput,
  NotifyInput,
  SCRAPE_SOURCE_CONTRACTS,
  ScrapeInput,
  ScrapeJobs,
  SOURCE_NAMES,
  ScrapeJobsFlow,
  ScrapeJobsFlowInput,
  ScrapeJobsInput,
  SCRAPER_CONTRACTS,
} from './index.js';

describe('the flow scrape_jobs', () => {
  const check = (input: object) => checkDto(ScrapeJobsFlowInput, input);

  it('goes by all of its names', () => {
    expect([ScrapeJobsFlow.name, ...ScrapeJobsFlow.aliases]).toEqual([
      'scrape_jobs',
      'scrape_jobs_flow',
      'scrape',
    ]);
    expect(ScrapeJobsFlow).toMatchObject({ retries: 1, retryDelaySeconds: 300 });
  });

  it('needs keywords only, and has defaults for the rest', async () => {
    expect(await check({ keywords: 'typescript, data engineer' })).toEqual({
      ok: true,
      value: {
        keywords: ['typescript', 'data engineer'],
        limit: 10,
        fetchDetails: true,
        notify: true,
        dryRun: false,
      },
    });
  });

  it('takes sources as a list or as comma-separated text', async () => {
    const value = { sources: ['arbeitnow', 'jsonld'] };
    expect(await check({ keywords: ['a'], sources: 'arbeitnow,jsonld' })).toMatchObject({ ok: true, value });
    expect(await check({ keywords: ['a'], ...value })).toMatchObject({ ok: true, value });
  });

  it.each([
    [{}, 'keywords'],
    [{ keywords: ' , ' }, 'keywords'],
    [{ keywords: ['a'], sources: 'monster' }, 'sources[0]'],
    [{ keywords: ['a'], limit: 1001 }, 'limit'],
    [{ keywords: ['a'], limit: '10' }, 'limit'],
    [{ keywords: ['a'], notify: 'yes' }, 'notify'],
    [{ keywords: ['a'], keyword: 'a' }, 'keyword'],
  ])('given %j names %s', async (input, field) => {
    expect(await check(input)).toMatchObject({ ok: false, fields: [{ field }] });
  });
});

describe('an unknown source', () => {
  const known = `names no known source; the sources are ${SOURCE_NAMES.join(', ')}`;

  it.each([
    [ScrapeJobsFlowInput, { keywords: ['a'], sources: ['arbeitnow', 'monster'] }, 'sources[1]', 'sources'],
    [ScrapeJobsInput, { source: 'monster', query: { keywords: ['a'] } }, 'source', 'source'],
    [ListJobsInput, { source: 'monster' }, 'source', 'source'],
  ])('is refused by %p with those that there are', async (dto, input, field, property) => {
    expect(await checkDto<object>(dto, input)).toMatchObject({
      ok: false,
      fields: [{ field, value: 'monster', message: `${property} ${known}` }],
    });
  });
});

describe('saved pages', () => {
  const html = (bytes: number) => ({ html: 'ü'.repeat(bytes / 2) });
  const check = (savedPages: object[]) => checkDto(ScrapeInput, { savedPages });

  it('are taken up to what a call can carry', async () => {
    expect(await check([html(2_000_000), html(1_900_000)])).toMatchObject({ ok: true });
  });

  it('are refused beyond it, one alone or all together', async () => {
    const message = 'savedPages must be at most 4 MB in all: bring them in several calls';
    for (const pages of [[html(4_000_000)], [html(2_000_000), html(2_000_000)]])
      expect(await check(pages)).toMatchObject({ ok: false, fields: [{ field: 'savedPages', message }] });
  });
});

describe('the metadata of a notification', () => {
  const check = (metadata: unknown) => checkDto(NotifyInput, { message: 'a', metadata });
  const nested = (levels: number): object => (levels === 1 ? {} : { in: [nested(levels - 2)] });

  it('may be any JSON object', async () => {
    for (const metadata of [{}, { a: [{ b: null, 'c.d': 1, $e: 'x' }] }, nested(49)])
      expect(await check(metadata)).toMatchObject({ ok: true, value: { metadata } });
  });

  it.each([
    ['nested too deep', nested(51), 'must be nested at most 50 levels deep'],
    ['a key with NUL', { a: [{ 'b\0': 1 }] }, 'must have no key with a NUL character'],
    ['a key of the driver', { a: { _bsontype: 'ObjectId' } }, 'must have no key _bsontype'],
    ['text', 'x', 'must be an object'],
  ])('is refused when it is %s', async (_what, metadata, message) => {
    expect(await check(metadata)).toMatchObject({
      ok: false,
      fields: [{ field: 'metadata', message: `metadata ${message}` }],
    });
  });
});

describe('the contracts of the scraper', () => {
  it('hold one operation for each source, and every name once', () => {
    expect(Object.values(SCRAPE_SOURCE_CONTRACTS).map(({ name }) => name)).toEqual([
      'scrape_arbeitnow',
      'scrape_arbeitsagentur',
      'scrape_greenhouse',
      'scrape_lever',
      'scrape_ashby',
      'scrape_smartrecruiters',
      'scrape_personio',
      'scrape_recruitee',
      'scrape_remotive',
      'scrape_stepstone',
      'scrape_indeed',
      'scrape_jsonld',
    ]);
    const names = SCRAPER_CONTRACTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('describe themselves as JSON Schema', () => {
    expect(inputSchemaOf(ScrapeJobs.input)).toMatchObject({
      required: ['source'],
      properties: { limit: { minimum: 1, maximum: 1000, default: 10 }, query: { required: ['keywords'] } },
    });
  });
});
