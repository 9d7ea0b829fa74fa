import { employerBoards } from '../employer-boards/board-source.js';
import { parsePersonioFeed } from './parse.js';

/** Each employer's board has a host of its own, whose feed gives all of it at once. */
export const personio = employerBoards({
  name: 'personio',
  title: 'Personio',
  description: 'Open XML feeds of Personio: the boards of the employers on your watch-list',
  baseUrl: 'https://{board}.jobs.personio.de',
  fixtureBoards: ['tannrode', 'sudring'],
  fixturePath: '/personio/{board}',
  addresses: [/^(?<board>[^./]+)\.jobs\.personio\.(de|com)(\/job\/(?<opening>\d+)|\/xml)?$/],
  accept: 'xml',
  listUrl: (base) => `${base}/xml`,
  parseList: (text, board) => ({ ...parsePersonioFeed(text, board), more: false }),
});
