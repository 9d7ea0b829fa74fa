import { describe, expect, it } from '@jest/globals';
import { SourceRegistry } from '../../scraping/source-registry.js';

const read = (source: string, text: string) =>
  new SourceRegistry({}, null).get(source, false).boards?.read(text);
const board = (source: string, text: string) => read(source, text)?.board;
const UUID = '3414ba28-35f7-45d3-8e13-35c883959635';

describe("an employer's board", () => {
  it.each([
    ['greenhouse', 'https://boards.greenhouse.io/acme'],
    ['greenhouse', 'https://job-boards.eu.greenhouse.io/acme/jobs/123?gh_src=x'],
    ['lever', `https://jobs.lever.co/acme/${UUID}/apply`],
    ['lever', 'jobs.lever.co/acme/'],
    ['ashby', `https://jobs.ashbyhq.com/acme/${UUID}`],
    ['smartrecruiters', 'https://jobs.smartrecruiters.com/acme/744000144588559-an-internship'],
    ['smartrecruiters', 'https://careers.smartrecruiters.com/acme'],
    ['personio', 'https://acme.jobs.personio.com/job/1834171?language=en'],
    ['personio', 'acme.jobs.personio.de'],
    ['recruitee', 'https://acme.recruitee.com/o/accountant/c/new'],
    ['lever', ' acme '],
  ])('of %s is known by %s', (source, text) => {
    expect(board(source, text)).toBe('acme');
  });

  it.each([
    ['lever', 'https://jobs.ashbyhq.com/acme'],
    ['lever', 'https://jobs.lever.co.evil.example/acme'],
    ['lever', 'ftp://jobs.lever.co/acme'],
    ['lever', 'https://jobs.lever.co/..%2f..'],
    ['recruitee', 'https://evil.example/acme.recruitee.com'],
    ['personio', 'a b'],
    ['lever', ''],
    ['lever', '../x'],
  ])('of %s is not known by %j', (source, text) => {
    expect(read(source, text)).toBeNull();
  });

  it('is nothing that a board for everybody has', () => {
    expect(read('arbeitnow', 'acme')).toBeUndefined();
  });
});
