import { describe, expect, it, jest } from '@jest/globals';
import { ServerFailedError } from './http-errors.js';
import { RobotsCache, siteRules } from './robots-rules.js';
import type { FetchRobots } from './robots-rules.js';

const AGENT = 'JobHunter/0.1 (+https://example.org)';
const TEXT = 'User-agent: jobhunter\nDisallow: /private\nCrawl-delay: 3\n\nUser-agent: *\nDisallow: /';

describe('robots.txt', () => {
  it('is read by the name that we give', () => {
    const rules = siteRules('https://a.example/robots.txt', TEXT, AGENT);
    expect(rules.allows('https://a.example/jobs')).toBe(true);
    expect(rules.allows('https://a.example/private/x')).toBe(false);
    expect(rules.crawlDelay).toBe(3);
  });

  it('is asked once an hour for each site', async () => {
    let now = 0;
    const asked: string[] = [];
    const cache = new RobotsCache(
      AGENT,
      async (url) => (asked.push(url), TEXT),
      () => now,
    );
    await cache.check(new URL('https://a.example/1'));
    await cache.check(new URL('https://a.example/2'));
    await cache.check(new URL('https://b.example/1'));
    expect(asked).toEqual(['https://a.example/robots.txt', 'https://b.example/robots.txt']);
    now = 3_600_001;
    await cache.check(new URL('https://a.example/3'));
    expect(asked).toHaveLength(3);
  });

  it('allows all where there is none', async () => {
    const cache = new RobotsCache(AGENT, async () => null);
    expect((await cache.check(new URL('https://a.example/private'))).crawlDelay).toBe(0);
  });

  it('keeps us away by name', async () => {
    const cache = new RobotsCache(AGENT, async () => TEXT);
    await expect(cache.check(new URL('https://a.example/private'))).rejects.toMatchObject({
      code: 'scraper/robots-disallowed',
    });
  });

  it.each([
    ['a minute', undefined, 60_000],
    ['as long as the site asks', 7_000, 7_000],
  ])('that could not be read is not asked again for %s', async (_long, retryAfterMs, patience) => {
    let now = 0;
    const fetchRobots = jest
      .fn<FetchRobots>()
      .mockRejectedValueOnce(new ServerFailedError('https://a.example/robots.txt', 503, retryAfterMs))
      .mockResolvedValueOnce(null);
    const cache = new RobotsCache(AGENT, fetchRobots, () => now);
    const check = () => cache.check(new URL('https://a.example/'));
    await expect(check()).rejects.toMatchObject({ code: 'scraper/server-failed' });
    now = patience - 1;
    await expect(check()).rejects.toMatchObject({ code: 'scraper/server-failed' });
    expect(fetchRobots).toHaveBeenCalledTimes(1);
    now = patience;
    await expect(check()).resolves.toBeDefined();
  });

  it('is forgotten when its hour is over', async () => {
    let now = 0;
    const cache = new RobotsCache(
      AGENT,
      async () => null,
      () => now,
    );
    for (const site of ['a', 'b', 'c']) await cache.check(new URL(`https://${site}.example/`));
    expect(cache.size).toBe(3);
    now = 3_600_000;
    await cache.check(new URL('https://d.example/'));
    expect(cache.size).toBe(1);
  });
});
