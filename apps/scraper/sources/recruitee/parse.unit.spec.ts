import { describe, expect, it } from '@jest/globals';
import { recruiteeBoard } from '../../fixture-boards/boards/recruitee.js';
import { parseRecruiteeOffers } from './parse.js';

const BOARD = { board: 'oakmere', name: null };
const board = () => recruiteeBoard('/oakmere/api/offers/', new URLSearchParams(), '')?.body ?? '';
const OFFER = { id: 7, title: 'Tester', careers_url: 'https://oakmere.recruitee.com/o/tester' };
const parse = (...offers: unknown[]) => parseRecruiteeOffers(JSON.stringify({ offers }), BOARD);

describe("an employer's offers at Recruitee", () => {
  it('become postings with their whole text', () => {
    const { postings, faults } = parseRecruiteeOffers(board(), BOARD);
    expect(faults).toEqual([]);
    const posting = postings.find(({ title }) => title === 'QA Engineer, Node.js');
    expect(posting).toMatchObject({
      postingId: 'oakmere:420213',
      company: 'Oakmere Health Technologies',
      locations: ['Cologne, Germany'],
      remote: false,
      detail: 'full',
      salary: { min: 54_000, max: 66_000, currency: 'EUR', period: 'year' },
      employmentTypes: ['FULL_TIME'],
      language: 'en',
      applyUrl: 'https://oakmere.recruitee.com/o/qa-engineer-node-js/c/new',
      tags: ['QA', 'TypeScript', 'Node.js'],
      postedAt: new Date('2026-10-30T08:00:00Z'),
    });
    expect(posting?.descriptionHtml).toMatch(/What you will do[\s\S]*What you bring/);
  });

  it('that are not published are passed over', () => {
    expect(parse({ ...OFFER, status: 'draft' })).toEqual({ postings: [], faults: [] });
  });

  it('know no salary where its amounts are empty, and no language where there are several', () => {
    const salary = { min: null, max: '', currency: 'EUR', period: null };
    expect(parse({ ...OFFER, salary, translations: { de: {}, en: {} } }).postings[0]).toMatchObject({
      salary: null,
      language: null,
      company: 'oakmere',
      locations: [],
    });
  });

  it('may be none', () => {
    expect(parse()).toEqual({ postings: [], faults: [] });
  });

  it('have changed their shape when the list or a title is gone', () => {
    expect(() => parseRecruiteeOffers('{"jobs":[]}', BOARD)).toThrow('at its top expected the field offers');
    expect(() => parse({ ...OFFER, title: '' })).toThrow('at offers[0].title');
  });

  it('are told apart from a page that turns us away', () => {
    expect(() => parseRecruiteeOffers('<h1>403 Forbidden</h1>', BOARD)).toThrow(
      expect.objectContaining({ code: 'scraper/blocked' }),
    );
  });
});
