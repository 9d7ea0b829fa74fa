import { describe, expect, it } from '@jest/globals';
import { parseGreenhouseBoard, parseGreenhouseJob } from './parse.js';

const JOB = {
  id: 7000001,
  title: 'Data Analyst',
  absolute_url: 'https://job-boards.greenhouse.io/northquay/jobs/7000001',
  location: { name: 'Berlin; Remote, Germany' },
  company_name: 'Northquay Data Ltd',
  content: '&lt;p&gt;Dashboards &amp;amp; decisions&lt;/p&gt;',
  language: 'EN',
  first_published: '2026-10-01T09:00:00-04:00',
  updated_at: '2026-10-20T09:00:00-04:00',
  requisition_id: 'R-1',
  departments: [{ id: 1, name: 'Analytics' }],
};
const board = (...jobs: unknown[]) => JSON.stringify({ jobs, meta: { total: jobs.length } });

describe('a Greenhouse board', () => {
  it('becomes postings, with its escaped markup decoded once', () => {
    expect(parseGreenhouseBoard(board(JOB), 'northquay').postings[0]).toMatchObject({
      postingId: 'northquay:7000001',
      company: 'Northquay Data Ltd',
      locations: ['Berlin', 'Remote, Germany'],
      remote: true,
      descriptionHtml: '<p>Dashboards &amp; decisions</p>',
      detail: 'full',
      language: 'en',
      postedAt: new Date('2026-10-01T13:00:00Z'),
      tags: ['Analytics'],
      references: { board: 'northquay', jobId: '7000001', requisitionId: 'R-1' },
    });
  });

  it('names the board where the job names no employer', () => {
    const { company_name: _, ...job } = JOB;
    expect(parseGreenhouseBoard(board(job), 'northquay').postings[0]?.company).toBe('northquay');
  });

  it('gives snippets where the list was asked without content', () => {
    const { content: _, ...job } = JOB;
    expect(parseGreenhouseBoard(board(job), 'northquay').postings[0]?.detail).toBe('snippet');
  });

  it('has changed its shape when jobs are no list', () => {
    expect(() => parseGreenhouseBoard('{"jobs":{}}', 'northquay')).toThrow(
      'at jobs expected a value that is array',
    );
  });
});

describe("a Greenhouse job's pay", () => {
  const salaryOf = (ranges: unknown[]) =>
    parseGreenhouseJob(JSON.stringify({ ...JOB, pay_input_ranges: ranges }), 'northquay').postings[0]?.salary;

  it('spans its ranges of one currency', () => {
    const ranges = [
      { min_cents: 6000000, max_cents: 7000000, currency_type: 'EUR', title: 'Berlin' },
      { min_cents: 5500000, max_cents: 6500000, currency_type: 'EUR', title: 'Remote' },
      { min_cents: 9000000, max_cents: 9900000, currency_type: 'USD', title: 'Boston' },
    ];
    expect(salaryOf(ranges)).toEqual({ min: 55000, max: 70000, currency: 'EUR', period: 'year' });
  });

  it('is by the hour where the range says so', () => {
    const ranges = [{ min_cents: 1600, max_cents: 1800, currency_type: 'EUR', title: 'Hourly pay' }];
    expect(salaryOf(ranges)).toEqual({ min: 16, max: 18, currency: 'EUR', period: 'hour' });
  });

  it('is unknown where no range is told', () => {
    expect(salaryOf([])).toBeNull();
  });
});
