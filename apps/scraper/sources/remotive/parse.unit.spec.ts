import { describe, expect, it } from '@jest/globals';
import { remotiveBoard } from '../../fixture-boards/boards/remotive.js';
import { parseRemotive } from './parse.js';

const answer = (query = '') => remotiveBoard('/api/remote-jobs', new URLSearchParams(query), '')?.body ?? '';
const JOB = {
  id: 7,
  url: 'https://remotive.com/remote-jobs/qa/tester-7',
  title: 'Tester',
  company_name: 'Oak',
};
const parse = (...jobs: unknown[]) => parseRemotive(JSON.stringify({ jobs }));

describe("Remotive's answer", () => {
  it('becomes postings, all of them remote, with places where one may live', () => {
    const { postings, faults } = parseRemotive(answer('search=typescript'));
    expect(faults).toEqual([]);
    expect(postings.find(({ title }) => title.startsWith('Senior Backend'))).toMatchObject({
      postingId: '420201',
      company: 'Northquay Data Ltd',
      locations: ['Germany', 'Austria', 'Switzerland'],
      remote: true,
      detail: 'full',
      salary: { min: 80_000, max: 98_000, currency: 'EUR', period: 'year' },
      employmentTypes: ['FULL_TIME'],
      tags: ['Backend', 'TypeScript', 'Node.js'],
    });
  });

  it('dates in UTC, wherever this machine stands', () => {
    const [posting] = parse({ ...JOB, publication_date: '2026-07-28T14:23:05' }).postings;
    expect(posting?.postedAt).toEqual(new Date('2026-07-28T14:23:05Z'));
  });

  it('may be empty, and may leave out what is not needed', () => {
    expect(parse()).toEqual({ postings: [], faults: [] });
    expect(parse({ ...JOB, salary: '', job_type: '' }).postings[0]).toMatchObject({
      salary: null,
      employmentTypes: [],
      locations: [],
      detail: 'snippet',
    });
  });

  it('has changed its shape when the list or a field that counts is gone', () => {
    expect(() => parseRemotive('{"results":[]}')).toThrow('at its top expected the field jobs');
    expect(() => parse({ ...JOB, company_name: null })).toThrow('at jobs[0].company_name');
  });

  it('is told apart from a page that turns us away', () => {
    expect(() => parseRemotive('<title>Attention Required!</title>')).toThrow(
      expect.objectContaining({ code: 'scraper/blocked' }),
    );
  });
});
