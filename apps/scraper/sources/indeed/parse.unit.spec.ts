import { describe, expect, it } from '@jest/globals';
import { indeedBoard } from '../../fixture-boards/boards/indeed.js';
import { parseIndeedPage } from './parse.js';

const saved = (path: string, query: string) => indeedBoard(path, new URLSearchParams(query), '')?.body ?? '';
const CARD = { jobkey: 'abc', title: 'Koch', company: 'Moorblick' };
const cards = (...results: unknown[]) =>
  `<script>window.mosaic.providerData["mosaic-provider-jobcards"]=${JSON.stringify({
    metaData: { mosaicProviderJobCardsModel: { results } },
  })};</script>`;
const card = (facts: object, url: string | null = null) =>
  parseIndeedPage(cards({ ...CARD, ...facts }), url).postings[0];

describe('a saved result page of Indeed', () => {
  it('becomes snippets', () => {
    const { postings, faults } = parseIndeedPage(saved('/jobs', 'q=typescript'), null);
    expect(faults).toEqual([]);
    expect(postings.find(({ title }) => title.startsWith('Softwareentwickler TypeScript'))).toMatchObject({
      postingId: '00000000000641f5',
      company: 'Lindwerk Software GmbH',
      locations: ['Köln'],
      remote: false,
      detail: 'snippet',
      salary: { min: 62_000, max: 78_000, currency: 'EUR', period: 'year' },
      employmentTypes: ['FULL_TIME'],
      url: 'https://de.indeed.com/viewjob?jk=00000000000641f5',
    });
  });

  it('leads to the site of the country it was saved from', () => {
    expect(card({}, 'https://at.indeed.com/jobs?q=koch')?.url).toBe('https://at.indeed.com/viewjob?jk=abc');
    expect(card({})?.url).toBe('https://www.indeed.com/viewjob?jk=abc');
  });

  it('reads pay from its numbers, -1 for none, else from its text', () => {
    const salarySnippet = { currency: 'USD', text: 'From $22.38 an hour' };
    const pay = { min: 22.38, max: null, currency: 'USD', period: 'hour' };
    expect(card({ salarySnippet, extractedSalary: { min: 22.38, max: -1, type: 'hourly' } })?.salary).toEqual(
      pay,
    );
    expect(card({ salarySnippet })?.salary).toEqual(pay);
    expect(card({ salarySnippet: { currency: 'USD' } })?.salary).toBeNull();
  });

  it.each([
    [{ remoteWorkModel: { type: 'REMOTE_ALWAYS' } }, true],
    [{ remoteWorkModel: { type: 'REMOTE_HYBRID' }, remoteLocation: true }, false],
    [{ remoteLocation: true }, true],
    [{}, null],
  ])('reads %j as remote: %j', (facts, remote) => {
    expect(card(facts)?.remote).toBe(remote);
  });

  it('may hold nothing', () => {
    expect(parseIndeedPage(cards(), null)).toEqual({ postings: [], faults: [] });
  });

  it.each([
    ['the script is gone', '<html><body>Jobs</body></html>', 'the script with mosaic-provider-jobcards'],
    ['the script breaks off', cards(CARD).slice(0, 90), 'an object that ends'],
    ['the list has another name', cards().replace('results', 'cards'), 'the field results'],
    ['cards have no key', cards({ title: 'Koch', company: 'Moorblick' }), 'the field jobkey'],
  ])('has changed its shape when %s', (_what, html, expected) => {
    expect(() => parseIndeedPage(html, null)).toThrow(
      expect.objectContaining({
        code: 'scraper/schema-changed',
        expected: expect.stringContaining(expected),
      }),
    );
  });

  it('is told apart from a page that turns us away', () => {
    expect(() => parseIndeedPage('<title>Just a moment...</title>', null)).toThrow(
      expect.objectContaining({ code: 'scraper/blocked' }),
    );
  });
});

describe("a saved opening's page of Indeed", () => {
  it('becomes a posting with its whole text, known by the same key as on the result page', () => {
    const { postings } = parseIndeedPage(saved('/viewjob', 'jk=00000000000641f5'), null);
    expect(postings).toMatchObject([
      { postingId: '00000000000641f5', title: 'Softwareentwickler TypeScript (m/w/d)', detail: 'full' },
    ]);
  });
});
