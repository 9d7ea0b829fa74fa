import { describe, expect, it } from '@jest/globals';
import { json } from '../../fixture-boards/boards/board.js';
import { smartRecruitersBoard } from '../../fixture-boards/boards/smartrecruiters.js';
import { lever } from '../lever/source.js';
import { smartrecruiters } from '../smartrecruiters/source.js';
import { boardsBehind, requestFor } from '../source.fixtures.js';
import type { SearchRequest, Source } from '../source.js';

type Answer = Parameters<typeof boardsBehind>[0];
const watched = (...boards: string[]) => boards.map((board) => ({ board, name: null }));

async function search(source: Source, answer: Answer, wanted: Partial<SearchRequest>) {
  const { http, asked } = boardsBehind(answer);
  const found: string[] = [];
  const pages: string[] = [];
  for await (const { page, postings } of source.search(requestFor(http, wanted))) {
    pages.push(`${page.board} ${page.kind} ${page.outcome}`);
    if (page.kind === 'list') found.push(...postings.map(({ postingId }) => postingId));
  }
  return { asked: asked.map(({ url }) => url.pathname + url.search), found, pages };
}

/** A board at Lever with so many postings. */
const leverOf =
  (count: number): Answer =>
  ({ searchParams }) => {
    const postings = Array.from({ length: count }, (_, id) => ({
      id: String(id),
      text: 'Tester',
      hostedUrl: `https://jobs.lever.co/x/${id}`,
    }));
    const skip = Number(searchParams.get('skip'));
    return json(postings.slice(skip, skip + Number(searchParams.get('limit'))));
  };
const leverSource = (boards = '') => lever.create(lever.readSettings({ SOURCE_LEVER_BOARDS: boards }));

describe("a search of employers' boards", () => {
  it('turns the pages of a long board', async () => {
    const { found, asked } = await search(leverSource('acme'), leverOf(250), {});
    expect(found).toHaveLength(250);
    expect(asked).toEqual([0, 100, 200].map((skip) => `/v0/postings/acme?mode=json&skip=${skip}&limit=100`));
  });

  it('asks those of the settings and those that the person watches, each once, until the limit', async () => {
    const all = await search(leverSource('a,b'), leverOf(2), { watched: watched('b', 'c') });
    expect(all.pages).toEqual(['a list results', 'b list results', 'c list results']);
    const few = await search(leverSource('a,b'), leverOf(2), { watched: watched('b', 'c'), limit: 3 });
    expect(few.found).toEqual(['a:0', 'a:1', 'b:0']);
  });

  it('goes on after a board that has gone', async () => {
    const answer: Answer = (url) => (url.pathname.endsWith('/gone') ? undefined : leverOf(1)(url));
    const { pages } = await search(leverSource('gone,here'), answer, {});
    expect(pages).toEqual(['gone list unreachable', 'here list results']);
  });

  it('lets a board search that can, keyword by keyword, and sifts by the place', async () => {
    const source = smartrecruiters.create(
      smartrecruiters.readSettings({ SOURCE_SMARTRECRUITERS_BOARDS: 'northquay' }),
    );
    const answer: Answer = (url) => smartRecruitersBoard(url.pathname, url.searchParams, url.origin);
    const query = { keywords: ['typescript', 'kubernetes'], location: 'Berlin' };
    const { asked, found, pages } = await search(source, answer, { query, fetchDetails: true });
    expect(found).toEqual(['northquay:744000000420201']);
    expect(pages).toEqual(['northquay list results', 'northquay detail results', 'northquay list results']);
    expect(asked).toEqual([
      '/v1/companies/northquay/postings?limit=100&offset=0&q=typescript',
      '/v1/companies/northquay/postings/744000000420201',
      '/v1/companies/northquay/postings?limit=100&offset=0&q=kubernetes',
    ]);
  });

  it('asks nobody in a dry run', async () => {
    const visits = leverSource('a').search({
      ...requestFor({ get: () => Promise.reject(new Error()) }),
      http: null,
    });
    expect(await visits[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });
});
