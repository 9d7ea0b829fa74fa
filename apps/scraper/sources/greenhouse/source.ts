import { employerBoards } from '../employer-boards/board-source.js';
import { parseGreenhouseBoard, parseGreenhouseJob } from './parse.js';

/** The boards API tells everything in its list but the pay. */
export const greenhouse = employerBoards({
  name: 'greenhouse',
  title: 'Greenhouse',
  description: 'Open API of Greenhouse: the boards of the employers on your watch-list',
  baseUrl: 'https://boards-api.greenhouse.io',
  standardBoards: ['gitlab'],
  fixtureBoards: ['lindwerk', 'northquay'],
  fixturePath: '/greenhouse',
  addresses: [
    /^(job-)?boards(\.eu)?\.greenhouse\.io\/(?<board>[^/]+)(\/jobs\/(?<opening>\d+))?$/,
    /^boards-api\.greenhouse\.io\/v1\/boards\/(?<board>[^/]+)(\/jobs(\/(?<opening>\d+))?)?$/,
  ],
  accept: 'json',
  listUrl: (base, { board }) => `${base}/v1/boards/${board}/jobs?content=true`,
  parseList: (text, board) => ({ ...parseGreenhouseBoard(text, board.board, board.name), more: false }),
  detail: {
    url: (base, board, opening) => `${base}/v1/boards/${board}/jobs/${opening}?pay_transparency=true`,
    openingOf: ({ references }) => references.jobId ?? '',
    parse: (text, board) => parseGreenhouseJob(text, board.board, board.name),
  },
});
