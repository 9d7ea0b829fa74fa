import { employerBoards } from '../employer-boards/board-source.js';
import { parseRecruiteeOffers } from './parse.js';

/** Each employer's board has a host of its own, whose API gives all of it at once. */
export const recruitee = employerBoards({
  name: 'recruitee',
  title: 'Recruitee',
  description: 'Open API of Recruitee: the boards of the employers on your watch-list',
  baseUrl: 'https://{board}.recruitee.com',
  fixtureBoards: ['moorblick', 'oakmere'],
  fixturePath: '/recruitee/{board}',
  addresses: [/^(?<board>[^./]+)\.recruitee\.com(\/o\/(?<opening>[^/]+)(\/c\/new)?|\/api\/offers)?$/],
  accept: 'json',
  listUrl: (base) => `${base}/api/offers/`,
  parseList: (text, board) => ({ ...parseRecruiteeOffers(text, board), more: false }),
});
