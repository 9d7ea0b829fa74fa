import { describe, expect, it } from '@jest/globals';
import { leverBoard } from '../../fixture-boards/boards/lever.js';
import { parseLeverPage } from './parse.js';

const BOARD = { board: 'quillon', name: 'Quillon Analytics GmbH' };
const page = () => leverBoard('/v0/postings/quillon', new URLSearchParams(), '')?.body ?? '';
const ITEM = { id: 'a1', text: 'Tester', hostedUrl: 'https://jobs.lever.co/quillon/a1' };
const parse = (...items: unknown[]) => parseLeverPage(JSON.stringify(items), BOARD);

describe("an employer's postings at Lever", () => {
  it('become postings with their whole text', () => {
    const { postings, faults, count } = parseLeverPage(page(), BOARD);
    expect(faults).toEqual([]);
    expect(count).toBe(postings.length);
    const posting = postings.find(({ title }) => title === 'Working Student Data Science');
    expect(posting).toMatchObject({
      postingId: 'quillon:00000000-0000-4000-8000-000000420207',
      company: 'Quillon Analytics GmbH',
      locations: ['Munich'],
      remote: false,
      detail: 'full',
      salary: { min: 17, max: 20, currency: 'EUR', period: 'hour' },
      employmentTypes: ['PART_TIME'],
      url: 'https://jobs.lever.co/quillon/00000000-0000-4000-8000-000000420207',
      applyUrl: 'https://jobs.lever.co/quillon/00000000-0000-4000-8000-000000420207/apply',
      tags: ['Data Science', 'Students'],
    });
    expect(posting?.descriptionHtml).toContain('<h3>What you will do</h3>\n<ul><li>Explore sales data');
  });

  it('go by the token where nobody has named the employer', () => {
    expect(parseLeverPage(page(), { board: 'quillon', name: null }).postings[0]?.company).toBe('quillon');
  });

  it.each([
    ['remote', true],
    ['hybrid', false],
    ['unspecified', null],
    [null, null],
  ])('that say %j are remote: %j', (workplaceType, remote) => {
    expect(parse({ ...ITEM, workplaceType }).postings[0]?.remote).toBe(remote);
  });

  it('may be none', () => {
    expect(parse()).toEqual({ postings: [], faults: [], count: 0 });
  });

  it('may leave out all but their name and address', () => {
    expect(parse(ITEM).postings[0]).toMatchObject({
      locations: [],
      salary: null,
      postedAt: null,
      detail: 'snippet',
      applyUrl: ITEM.hostedUrl,
    });
  });

  it('have changed their shape when titles are gone, and give the good beside the bad', () => {
    const { text: _, ...nameless } = ITEM;
    expect(() => parse(nameless)).toThrow('at postings[0] expected the field text');
    expect(parse(ITEM, nameless)).toMatchObject({
      postings: [{ title: 'Tester' }],
      faults: [{ item: 'postings[1]' }],
    });
  });

  it.each([
    ['an error', '{"ok":false,"error":"Document not found"}', 'scraper/schema-changed'],
    ['a page that checks the browser', '<title>Just a moment...</title>', 'scraper/blocked'],
  ])('are told apart from %s', (_what, text, code) => {
    expect(() => parseLeverPage(text, BOARD)).toThrow(expect.objectContaining({ code }));
  });
});
