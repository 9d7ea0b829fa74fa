import { describe, expect, it } from '@jest/globals';
import { stepstoneBoard } from '../../fixture-boards/boards/stepstone.js';
import { parseStepstonePage, parseResults } from './parse.js';

const BASE = 'https://board.example/stepstone';
const answer = (path: string, query = '') =>
  stepstoneBoard(path, new URLSearchParams(query), BASE)?.body ?? '';
const state = (items: unknown, meta: unknown = { total: 1 }) =>
  `<script>window.__PRELOADED_STATE__["app-unifiedResultlist"] = ${JSON.stringify({ searchResults: { items, meta } })};</script>`;
const ITEM = {
  id: 1,
  title: 'Koch',
  companyName: 'Moorblick',
  url: '/stellenangebote--Koch--1-inline.html?x=1',
};

describe('a StepStone result page', () => {
  it('becomes postings with snippets, past scripts with braces in strings', () => {
    const { postings, faults, total } = parseResults(answer('/jobs/typescript'), `${BASE}/jobs/typescript`);
    expect(faults).toEqual([]);
    expect(total).toBe(postings.length);
    expect(postings.map(({ title }) => title)).toContain('Softwareentwickler TypeScript (m/w/d)');
    expect(postings[0]).toMatchObject({
      postingId: '410101',
      company: 'Lindwerk Software GmbH',
      locations: ['Köln'],
      remote: false,
      detail: 'snippet',
      salary: { min: 62000, max: 78000, currency: 'EUR', period: 'year' },
      url: 'https://board.example/stepstone/stellenangebote--softwareentwickler-typescript-m-w-d-koeln-lindwerk--410101-inline.html',
    });
  });

  it('may hold nothing', () => {
    expect(parseResults(answer('/jobs/astronaut'), BASE)).toEqual({ postings: [], faults: [], total: 0 });
  });

  it('splits several places', () => {
    const html = state([{ ...ITEM, location: 'Hamburg, Kiel und Bremen' }]);
    expect(parseResults(html, BASE).postings[0]?.locations).toEqual(['Hamburg', 'Kiel', 'Bremen']);
  });

  it.each([
    ['1', true],
    ['2', false],
    ['0', false],
    [undefined, null],
  ])('reads working from home %j as remote %j', (workFromHome, remote) => {
    expect(parseResults(state([{ ...ITEM, workFromHome }]), BASE).postings[0]?.remote).toBe(remote);
  });

  it('knows no salary where the board only says that there is one', () => {
    const unifiedSalary = { min: null, max: null, currency: null, period: null };
    expect(parseResults(state([{ ...ITEM, unifiedSalary }]), BASE).postings[0]?.salary).toBeNull();
  });

  it('has changed its shape when items are gone', () => {
    expect(() => parseResults(state(undefined), BASE)).toThrow('at searchResults expected the field items');
  });

  it('has changed its shape when the script is gone', () => {
    expect(() => parseResults('<html><body>Jobs</body></html>', BASE)).toThrow(
      expect.objectContaining({
        code: 'scraper/schema-changed',
        expected: expect.stringContaining('script'),
      }),
    );
  });

  it('has changed its shape when the script breaks off', () => {
    expect(() => parseResults(state([ITEM]).slice(0, 120), BASE)).toThrow('expected an object that ends');
  });

  it('is told apart from a page that turns us away', () => {
    expect(() => parseResults('<h1>Access Denied</h1>', BASE)).toThrow(
      expect.objectContaining({ code: 'scraper/blocked' }),
    );
  });
});

describe("a StepStone opening's page", () => {
  const PATH = '/stellenangebote--x--410102-inline.html';

  it('becomes a posting with its whole text, though only props are JSON', () => {
    const { postings } = parseStepstonePage(answer(PATH), BASE + PATH);
    expect(postings[0]).toMatchObject({
      postingId: '410102',
      title: 'Werkstudent Softwaretest (m/w/d)',
      company: 'Lindwerk Software GmbH',
      detail: 'full',
      employmentTypes: ['PART_TIME'],
      locations: ['Köln'],
    });
    expect(postings[0]?.descriptionHtml).toContain('<h3>Ihre Aufgaben</h3><ul><li>Sie schreiben Tests');
  });

  it('is known by its canonical address when it was saved without one', () => {
    expect(parseStepstonePage(answer(PATH), null).postings[0]?.postingId).toBe('410102');
  });

  it('has changed its shape when nothing says its number', () => {
    const html = answer(PATH).replace(/<link[^>]+>/, '');
    expect(() => parseStepstonePage(html, null)).toThrow('an address that ends in its number');
  });

  it('has changed its shape when the title is gone', () => {
    const html = answer(PATH).replace('"title":"Werkstudent', '"heading":"Werkstudent');
    expect(() => parseStepstonePage(html, BASE)).toThrow(
      'listingHeader.listingData expected the field title',
    );
  });
});
