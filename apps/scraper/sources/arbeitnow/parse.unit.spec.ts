import { describe, expect, it } from '@jest/globals';
import { parseArbeitnow } from './parse.js';

const ITEM = {
  slug: 'tester-koeln-1',
  company_name: 'Lindwerk Software GmbH',
  title: 'Tester  (m/w/d)',
  description: '<p>Größe zählt</p>',
  remote: false,
  url: 'https://www.arbeitnow.com/jobs/companies/lindwerk/tester-koeln-1',
  tags: ['QA'],
  job_types: ['Teilzeit', 'berufserfahren'],
  location: 'Köln',
  created_at: 1793600000,
};
const page = (...data: unknown[]) => JSON.stringify({ data, links: {}, meta: {} });

describe('an Arbeitnow page', () => {
  it('becomes postings', () => {
    expect(parseArbeitnow(page(ITEM)).postings).toEqual([
      {
        postingId: 'tester-koeln-1',
        title: 'Tester (m/w/d)',
        company: 'Lindwerk Software GmbH',
        locations: ['Köln'],
        remote: false,
        descriptionHtml: '<p>Größe zählt</p>',
        detail: 'full',
        salary: null,
        employmentTypes: ['PART_TIME'],
        postedAt: new Date(1793600000_000),
        validThrough: null,
        url: ITEM.url,
        applyUrl: ITEM.url,
        language: null,
        tags: ['QA'],
        references: {},
      },
    ]);
  });

  it('may be empty', () => {
    expect(parseArbeitnow(page())).toEqual({ postings: [], faults: [] });
  });

  it('gives what can be read beside what cannot, and says where', () => {
    const { postings, faults } = parseArbeitnow(page(ITEM, { ...ITEM, title: 7 }));
    expect(postings).toHaveLength(1);
    expect(faults).toEqual([
      {
        item: 'data[1]',
        message:
          'the answer has changed its shape: at data[1].title expected a value that is string, found 7',
      },
    ]);
  });

  it('has changed its shape when no item can be read', () => {
    const { slug: _, ...nameless } = ITEM;
    expect(() => parseArbeitnow(page(nameless))).toThrow(
      expect.objectContaining({
        code: 'scraper/schema-changed',
        path: 'data[0]',
        expected: 'the field slug',
      }),
    );
  });

  it('has changed its shape when the list has another name', () => {
    expect(() => parseArbeitnow('{"entries":[]}')).toThrow(
      'at its top expected the field data, found an object with entries',
    );
  });

  it('does without what a posting may leave out', () => {
    const { slug, title, company_name, description, url } = ITEM;
    const [posting] = parseArbeitnow(page({ slug, title, company_name, description, url })).postings;
    expect(posting).toMatchObject({ locations: [], remote: null, postedAt: null, tags: [] });
  });

  it('never hands on a link that is no web address', () => {
    const [posting] = parseArbeitnow(page({ ...ITEM, url: 'javascript:alert(1)' })).postings;
    expect(posting?.url).toBeNull();
  });

  it.each([
    ['an HTML page', '<!DOCTYPE html><h1>Welcome</h1>', 'scraper/schema-changed', /expected JSON, found/],
    ['a captcha', '<title>Just a moment...</title>', 'scraper/blocked', /turns us away/],
    ['JSON that breaks off', page(ITEM).slice(0, 90), 'scraper/schema-changed', /JSON to its end/],
    ['nothing', '', 'scraper/schema-changed', /an empty answer/],
    ['a list', '[]', 'scraper/schema-changed', /a value that is object, found a list of 0/],
  ])('is told apart from %s', (_name, text, code, message) => {
    expect(() => parseArbeitnow(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
