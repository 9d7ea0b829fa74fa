import { describe, expect, it } from '@jest/globals';
import { ashbyBoard } from '../../fixture-boards/boards/ashby.js';
import { parseAshbyBoard } from './parse.js';

const BOARD = { board: 'northquay', name: null };
const board = (query = 'includeCompensation=true') =>
  ashbyBoard('/posting-api/job-board/northquay', new URLSearchParams(query), '')?.body ?? '';
const JOB = { id: 'a1', title: 'Tester', jobUrl: 'https://jobs.ashbyhq.com/northquay/a1' };
const parse = (...jobs: unknown[]) => parseAshbyBoard(JSON.stringify({ jobs, apiVersion: '1' }), BOARD);

describe("an employer's board at Ashby", () => {
  it('becomes postings, without the one that is not listed', () => {
    const { postings, faults } = parseAshbyBoard(board(), BOARD);
    expect(faults).toEqual([]);
    expect(postings.map(({ title }) => title)).not.toContain('Not yet open');
    expect(postings.find(({ title }) => title.startsWith('Senior Backend'))).toMatchObject({
      postingId: 'northquay:00000000-0000-4000-8000-000000420201',
      company: 'northquay',
      locations: ['Berlin'],
      remote: true,
      detail: 'full',
      salary: { min: 80_000, max: 98_000, currency: 'EUR', period: 'year' },
      employmentTypes: ['FULL_TIME'],
      postedAt: new Date('2026-11-01T08:00:00Z'),
      tags: ['Backend'],
    });
  });

  it('names every place, and knows hybrid from remote', () => {
    const posting = parseAshbyBoard(board(), BOARD).postings.find(({ title }) =>
      title.startsWith('Site Rel'),
    );
    expect(posting).toMatchObject({ locations: ['Hamburg', 'Berlin'], remote: false });
  });

  it('knows no salary where the board keeps it back', () => {
    expect(parseAshbyBoard(board(''), BOARD).postings.every(({ salary }) => salary === null)).toBe(true);
    const summaryComponents = [{ compensationType: 'Commission', minValue: 1, maxValue: 2 }];
    expect(parse({ ...JOB, compensation: { summaryComponents } }).postings[0]?.salary).toBeNull();
  });

  it('may hold nothing, or nothing that is listed', () => {
    expect(parse()).toEqual({ postings: [], faults: [] });
    expect(parse({ ...JOB, isListed: false })).toEqual({ postings: [], faults: [] });
  });

  it('has changed its shape when jobs are gone or cannot be read', () => {
    expect(() => parseAshbyBoard('{"results":[]}', BOARD)).toThrow('at its top expected the field jobs');
    expect(() => parse({ ...JOB, jobUrl: 7 })).toThrow('at jobs[0].jobUrl expected a value that is string');
  });

  it('is told apart from a page that turns us away', () => {
    expect(() => parseAshbyBoard('<h1>Access Denied</h1>', BOARD)).toThrow(
      expect.objectContaining({ code: 'scraper/blocked' }),
    );
  });
});
