import { employerBoards } from '../employer-boards/board-source.js';
import { parseLeverPage } from './parse.js';

const PER_PAGE = 100;

/** The postings API of Lever. Employers in its European region need another base address. */
export const lever = employerBoards({
  name: 'lever',
  title: 'Lever',
  description: 'Open API of Lever: the boards of the employers on your watch-list',
  baseUrl: 'https://api.lever.co',
  fixtureBoards: ['quillon', 'oakmere'],
  fixturePath: '/lever',
  addresses: [
    /^jobs(\.eu)?\.lever\.co\/(?<board>[^/]+)(\/(?<opening>[0-9a-f-]{36})(\/apply)?)?$/,
    /^api(\.eu)?\.lever\.co\/v0\/postings\/(?<board>[^/]+)(\/(?<opening>[0-9a-f-]{36}))?$/,
  ],
  accept: 'json',
  listUrl: (base, { board, page }) =>
    `${base}/v0/postings/${board}?mode=json&skip=${page * PER_PAGE}&limit=${PER_PAGE}`,
  parseList: (text, board) => {
    const { count, ...parsed } = parseLeverPage(text, board);
    return { ...parsed, more: count === PER_PAGE };
  },
});
