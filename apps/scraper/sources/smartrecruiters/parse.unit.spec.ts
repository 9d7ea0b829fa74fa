import { describe, expect, it } from '@jest/globals';
import { smartRecruitersBoard } from '../../fixture-boards/boards/smartrecruiters.js';
import { parseSmartRecruitersList, parseSmartRecruitersPosting } from './parse.js';

const BOARD = { board: 'hafenlicht', name: null };
const PATH = '/v1/companies/hafenlicht/postings';
const answer = (path: string, query = 'limit=100') =>
  smartRecruitersBoard(path, new URLSearchParams(query), '')?.body ?? '';
const ITEM = { id: '7', name: 'Tester' };
const list = (...content: unknown[]) =>
  parseSmartRecruitersList(
    JSON.stringify({ offset: 0, limit: 100, totalFound: content.length, content }),
    BOARD,
  );

describe("a company's postings at SmartRecruiters", () => {
  it('become snippets, for the list holds no text', () => {
    const { postings, faults, count } = parseSmartRecruitersList(answer(PATH), BOARD);
    expect(faults).toEqual([]);
    expect(count).toBe(postings.length);
    expect(postings.find(({ title }) => title.startsWith('Leitung Kundendienst'))).toMatchObject({
      postingId: 'hafenlicht:744000000410105',
      company: 'Hafenlicht Energie AG',
      locations: ['Lübeck, Germany'],
      detail: 'snippet',
      descriptionHtml: '',
      language: 'de',
      employmentTypes: ['FULL_TIME'],
      url: 'https://jobs.smartrecruiters.com/hafenlicht/744000000410105',
      references: { board: 'hafenlicht', jobId: '744000000410105', requisitionId: 'REF410105' },
    });
  });

  it('have their text in an answer of their own', () => {
    const { postings } = parseSmartRecruitersPosting(answer(`${PATH}/744000000410105`), BOARD);
    expect(postings[0]).toMatchObject({
      postingId: 'hafenlicht:744000000410105',
      detail: 'full',
      applyUrl: 'https://jobs.smartrecruiters.com/hafenlicht/744000000410105?oga=true',
    });
    expect(postings[0]?.descriptionHtml).toContain('<h3>Ihre Aufgaben</h3>');
  });

  it('that are over are no results', () => {
    const over = JSON.stringify({ ...ITEM, jobAd: { sections: {} }, active: false });
    expect(parseSmartRecruitersPosting(over, BOARD)).toEqual({ postings: [], faults: [] });
  });

  it('may be none, and may leave out all but their name', () => {
    expect(list()).toEqual({ postings: [], faults: [], count: 0 });
    expect(list(ITEM).postings[0]).toMatchObject({ company: 'hafenlicht', locations: [], remote: null });
  });

  it('name city and country where the board has no words for the place', () => {
    const location = { city: 'Braga', country: 'pt' };
    expect(list({ ...ITEM, location }).postings[0]?.locations).toEqual(['Braga, PT']);
  });

  it('have changed their shape when a field that counts is gone', () => {
    expect(() => parseSmartRecruitersList('{"content":[]}', BOARD)).toThrow('expected the field totalFound');
    expect(() => list({ id: '7' })).toThrow('at content[0] expected the field name');
    expect(() => parseSmartRecruitersPosting(JSON.stringify(ITEM), BOARD)).toThrow(
      'expected the field jobAd',
    );
  });

  it('are told apart from a page that turns us away', () => {
    expect(() => parseSmartRecruitersList('<div class="g-recaptcha"></div>', BOARD)).toThrow(
      expect.objectContaining({ code: 'scraper/blocked' }),
    );
  });
});
