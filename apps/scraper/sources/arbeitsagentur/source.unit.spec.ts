import { describe, expect, it } from '@jest/globals';
import { arbeitsagenturBoard } from '../../fixture-boards/boards/arbeitsagentur.js';
import { html } from '../../fixture-boards/boards/board.js';
import { boardsBehind, requestFor } from '../source.fixtures.js';
import type { SearchRequest } from '../source.js';
import { arbeitsagentur } from './source.js';

type Answer = Parameters<typeof boardsBehind>[0];
const standard: Answer = (url) => arbeitsagenturBoard(url.pathname, url.searchParams, url.origin);

async function search(wanted: Partial<SearchRequest>, answer = standard) {
  const { http, asked } = boardsBehind(answer);
  const source = arbeitsagentur.create(arbeitsagentur.readSettings({ SOURCE_ARBEITSAGENTUR_PAGES: '3' }));
  const outcomes: string[] = [];
  const found: string[] = [];
  for await (const { page, postings } of source.search(requestFor(http, wanted))) {
    outcomes.push(`${page.kind} ${page.outcome}`);
    found.push(...postings.map(({ postingId }) => postingId));
  }
  return { asked, outcomes, found };
}

describe("a search of the agency's board", () => {
  it('asks for words and place, with the public key', async () => {
    const { asked } = await search({ query: { keywords: ['Java Spring'], location: 'Köln' }, limit: 10 });
    expect(asked[0]?.url.href).toBe(
      'https://rest.arbeitsagentur.de/jobboerse/jobsuche-service/pc/v6/jobs?was=Java+Spring&wo=K%C3%B6ln&umkreis=25&page=1&size=10',
    );
    expect(asked[0]?.options.headers).toEqual({ 'x-api-key': 'jobboerse-jobsuche' });
  });

  it('asks for remote work as the board names it', async () => {
    const { asked } = await search({ query: { keywords: ['data'], location: 'Remote' } });
    expect(asked[0]?.url.searchParams.get('homeoffice')).toBe('nv_true');
    expect(asked[0]?.url.searchParams.has('wo')).toBe(false);
  });

  it('turns pages until the limit, and finds nothing twice', async () => {
    const { found, asked } = await search({ limit: 5 });
    expect(found).toHaveLength(5);
    expect(asked).toHaveLength(1);
    const twice = await search({ query: { keywords: ['typescript', 'node.js'] } });
    expect(new Set(twice.found).size).toBe(twice.found.length);
  });

  it('reads the text of each posting from its details', async () => {
    const { outcomes, asked } = await search({ query: { keywords: ['sps'] }, fetchDetails: true });
    expect(outcomes).toEqual(['list results', 'detail results']);
    expect(asked[1]?.url.pathname).toMatch(/\/pc\/v4\/jobdetails\/MTAwMDAt/);
    expect(asked[1]?.options.headers).toHaveProperty('x-api-key');
  });

  it.each([
    ['is gone', () => undefined, 'list unreachable'],
    ['has changed', () => html('<h1>Neu</h1>'), 'list schema_changed'],
  ])('asks the version before where the newest %s', async (_how, instead, outcome) => {
    const answer: Answer = (url) => (url.pathname.includes('/v6/') ? instead() : standard(url));
    const { outcomes, found } = await search({ query: { keywords: ['sps'] } }, answer);
    expect(outcomes).toEqual([outcome, 'list results']);
    expect(found).toHaveLength(1);
  });

  it('does not ask the version before where the board turns us away or has nothing', async () => {
    const blocked = await search({}, () => html('<title>Just a moment...</title>'));
    expect(blocked.outcomes).toEqual(['list blocked']);
    const none = await search({ query: { keywords: ['astronaut'] } });
    expect(none.outcomes).toEqual(['list no_results']);
  });
});
