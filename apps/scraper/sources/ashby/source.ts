import { employerBoards } from '../employer-boards/board-source.js';
import { parseAshbyBoard } from './parse.js';

/** The posting API of Ashby gives a whole board at once. */
export const ashby = employerBoards({
  name: 'ashby',
  title: 'Ashby',
  description: 'Open API of Ashby: the boards of the employers on your watch-list',
  baseUrl: 'https://api.ashbyhq.com',
  fixtureBoards: ['kestrel', 'northquay'],
  fixturePath: '/ashby',
  addresses: [
    /^jobs\.ashbyhq\.com\/(?<board>[^/]+)(\/(?<opening>[0-9a-f-]{36})(\/application)?)?$/,
    /^api\.ashbyhq\.com\/posting-api\/job-board\/(?<board>[^/]+)$/,
  ],
  accept: 'json',
  listUrl: (base, { board }) => `${base}/posting-api/job-board/${board}?includeCompensation=true`,
  parseList: (text, board) => ({ ...parseAshbyBoard(text, board), more: false }),
});
