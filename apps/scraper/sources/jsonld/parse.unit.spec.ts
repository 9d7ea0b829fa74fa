import { describe, expect, it } from '@jest/globals';
import { careersBoard } from '../../fixture-boards/boards/careers.js';
import { parseJobPostingPage } from './parse.js';

const BASE = 'https://employer.example';
const careers = (path: string) => {
  const body = careersBoard(path, new URLSearchParams(), BASE)?.body ?? '';
  return parseJobPostingPage(body, BASE + path);
};
const page = (...blocks: unknown[]) =>
  blocks.map((block) => `<script type="application/ld+json">${JSON.stringify(block)}</script>`).join('');
const JOB = { '@type': 'JobPosting', title: 'Koch', hiringOrganization: { name: 'Moorblick' } };
const first = (posting: object, url: string | null = null) =>
  parseJobPostingPage(page({ ...JOB, ...posting }), url).postings[0];

describe('a page with a JobPosting', () => {
  it('becomes a posting', () => {
    expect(careers('/hafenlicht/leitung-kundendienst').postings).toEqual([
      expect.objectContaining({
        title: 'Leitung Kundendienst (m/w/d)',
        company: 'Hafenlicht Energie AG',
        locations: ['Lübeck, DE'],
        salary: { min: 54000, max: 61000, currency: 'EUR', period: 'year' },
        employmentTypes: ['FULL_TIME'],
        postedAt: new Date('2026-10-21'),
        validThrough: new Date('2027-01-01T08:00:00Z'),
        language: 'de',
        detail: 'full',
        references: { identifier: '410105' },
      }),
    ]);
  });

  it('may hold it in a graph, with several places and kinds of employment', () => {
    expect(careers('/northquay/site-reliability-engineer').postings[0]).toMatchObject({
      locations: ['Hamburg, DE', 'Rotterdam, NL'],
      employmentTypes: ['FULL_TIME', 'PART_TIME'],
    });
  });

  it('may hold several, each with its own id', () => {
    const ids = careers('/quillon/all').postings.map(({ postingId }) => postingId);
    expect(new Set(ids).size).toBe(3);
  });

  it('may hold them in an ItemList', () => {
    const list = { '@type': 'ItemList', itemListElement: [{ '@type': 'ListItem', item: JOB }] };
    expect(parseJobPostingPage(page(list), null).postings).toHaveLength(1);
  });

  it('may be remote, name its employer by text and pay one sum an hour', () => {
    expect(careers('/kestrel/illustrator').postings[0]).toMatchObject({
      remote: true,
      company: 'Kestrel & Vane Games',
      locations: [],
      salary: { min: 45.5, max: 45.5, currency: 'EUR', period: 'hour' },
    });
  });

  it('may hold an escaped description with bare line breaks', () => {
    const html = careers('/moorblick/pflege').postings[0]?.descriptionHtml;
    expect(html).toContain('<h2>Ihre Aufgaben</h2>\n<ul><li>Sie schätzen Dringlichkeit');
  });

  it('may escape what needs no escape', () => {
    const html = `<script type="application/ld+json">${JSON.stringify({ ...JOB, title: "Chef's" }).replace("'", "\\'")}</script>`;
    expect(parseJobPostingPage(html, null).postings[0]?.title).toBe("Chef's");
  });

  it('gives the good beside the broken, and says which was broken', () => {
    const { postings, faults } = careers('/tannrode/broken-beside-good');
    expect(postings).toHaveLength(1);
    expect(faults).toEqual([{ item: 'script[0]', message: expect.stringContaining('broken JSON-LD') }]);
  });

  it('has changed its shape when its only JobPosting is broken', () => {
    expect(() => careers('/tannrode/broken')).toThrow(
      expect.objectContaining({ code: 'scraper/schema-changed', path: 'script[0]' }),
    );
  });

  it('has changed its shape when title or employer are gone', () => {
    expect(() => first({ title: ' ' })).toThrow('JobPosting[0].title');
    expect(() => first({ hiringOrganization: {} })).toThrow('JobPosting[0].hiringOrganization.name');
  });

  it('has no results when it holds none', () => {
    expect(careers('/sudring/nothing-open')).toEqual({ postings: [], faults: [] });
  });

  it('is told apart from a page that turns us away', () => {
    expect(() => parseJobPostingPage('<div class="g-recaptcha"></div>', null)).toThrow(
      expect.objectContaining({ code: 'scraper/blocked' }),
    );
  });

  it.each([[{ '@type': 'https://schema.org/JobPosting' }], [{ '@type': ['Thing', 'schema:JobPosting'] }]])(
    'may name the type as %j',
    (type) => {
      expect(first(type)?.title).toBe('Koch');
    },
  );

  it('may wrap its script in CDATA or a comment', () => {
    const html = (text: string) => `<script type="application/ld+json">${text}</script>`;
    expect(
      parseJobPostingPage(html(`//<![CDATA[\n${JSON.stringify(JOB)}\n//]]>`), null).postings,
    ).toHaveLength(1);
    expect(parseJobPostingPage(html(`<!-- ${JSON.stringify(JOB)} -->`), null).postings).toHaveLength(1);
  });
});

describe("a JobPosting's fields", () => {
  it.each([
    ['a scalar', { '@type': 'Place', address: { addressLocality: 'Jena', addressRegion: '-' } }, ['Jena']],
    ['text', 'Jena', ['Jena']],
    ['an address as text', { address: 'Jena, Thüringen' }, ['Jena, Thüringen']],
    ['a country as a thing', { address: { addressCountry: { name: 'Germany' } } }, ['Germany']],
    ['nothing', undefined, []],
    ['a number', 7, []],
  ])('take a place that is %s', (_name, jobLocation, locations) => {
    expect(first({ jobLocation })?.locations).toEqual(locations);
  });

  it.each([
    [
      { currency: 'EUR', value: { minValue: '50.000', maxValue: '60,000.00', unitText: 'YEAR' } },
      50000,
      60000,
    ],
    [{ currency: 'EUR', value: 55000, unitText: 'YEAR' }, 55000, 55000],
    [{ currency: 'EUR', minValue: 1, maxValue: 2, unitText: 'YEAR' }, 1, 2],
  ])('take a salary as %j', (baseSalary, min, max) => {
    expect(first({ baseSalary })?.salary).toEqual({ min, max, currency: 'EUR', period: 'year' });
  });

  it.each([['nach Vereinbarung'], [0], [{ value: {} }], [null]])('know no salary from %j', (baseSalary) => {
    expect(first({ baseSalary })?.salary).toBeNull();
  });

  it('know no date from what is none', () => {
    expect(first({ datePosted: 'yesterday', validThrough: 5e20 })).toMatchObject({
      postedAt: null,
      validThrough: null,
    });
  });

  it('give the same id each time, another on another page', () => {
    expect(first({}, `${BASE}/a`)?.postingId).toBe(first({}, `${BASE}/a`)?.postingId);
    expect(first({}, `${BASE}/a`)?.postingId).not.toBe(first({}, `${BASE}/b`)?.postingId);
  });

  it('give ids of their own to two employers that count alike, where nobody knows their sites', () => {
    const identifier = { value: 77 };
    const other = first({ identifier, hiringOrganization: { name: 'Lindwerk' } });
    expect(first({ identifier })?.postingId).toBe(first({ identifier })?.postingId);
    expect(first({ identifier })?.postingId).not.toBe(other?.postingId);
  });

  it("give the same id on two pages of a site that says the posting's number", () => {
    const identifier = { value: 77 };
    expect(first({ identifier }, `${BASE}/a`)?.postingId).toBe(first({ identifier }, `${BASE}/b`)?.postingId);
  });
});
