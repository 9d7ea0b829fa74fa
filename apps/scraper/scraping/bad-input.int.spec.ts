import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GetJob } from '#libs/contracts';
import { KIM, startTestScraper } from './scraper.fixtures.js';
import type { TestScraper } from './scraper.fixtures.js';

let scraper: TestScraper;
beforeAll(async () => {
  scraper = await startTestScraper((boards) => ({
    SOURCE_STEPSTONE_URL: `${boards}/stepstone`,
    SOURCE_STEPSTONE_LIVE: 'true',
  }));
});
afterAll(() => scraper.close());

describe('bad input', () => {
  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: -3 }, 'limit'],
    [{ limit: 1_000_000 }, 'limit'],
    [{ limit: 'ten' }, 'limit'],
    [{ query: undefined }, 'query'],
    [{ query: { keywords: [] } }, 'query.keywords'],
    [{ query: { keywords: 7 } }, 'query.keywords'],
    [{ query: { keywords: ['a', 5] } }, 'query.keywords[1]'],
    [{ query: { keywords: 'a', place: 'b' } }, 'query.place'],
    [{ source: 'monster' }, 'source'],
    [{ urls: ['ftp://a'] }, 'urls[0]'],
    [{ fetchDetails: 'yes' }, 'fetchDetails'],
    [{ limits: 5 }, 'limits'],
  ])('%j names %s', async (input, field) => {
    const error: unknown = await scraper.search('arbeitnow', input as never).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'operation/invalid-input',
      fields: expect.arrayContaining([expect.objectContaining({ field })]),
    });
  });

  it('names the sources that there are', async () => {
    await expect(scraper.search('monster')).rejects.toThrow(
      'source names no known source; the sources are arbeitnow, arbeitsagentur, greenhouse, lever, ',
    );
  });

  it('says that a job does not exist', async () => {
    await expect(scraper.client.call(GetJob, { jobId: 'job_none' }, KIM)).rejects.toMatchObject({
      code: 'jobs/not-found',
    });
  });

  it('takes keywords as comma-separated text', async () => {
    const input = { query: { keywords: 'typescript, react' } };
    const answer = await scraper.client.callByName('scraper', 'scrape_stepstone', input, KIM);
    expect(answer).toMatchObject({ outcome: { status: 'success' } });
    const stored = await scraper.database.collection('queryindexes').findOne({});
    expect(stored).toMatchObject({ keywords: ['typescript', 'react'] });
  });
});
