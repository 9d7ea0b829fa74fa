import { employerBoards } from '../employer-boards/board-source.js';
import { parseSmartRecruitersList, parseSmartRecruitersPosting } from './parse.js';

const PER_PAGE = 100;

/**
 * The posting API of SmartRecruiters searches by keyword; texts stand in each posting's own answer. A company that it
 * does not know has no postings.
 */
export const smartrecruiters = employerBoards({
  name: 'smartrecruiters',
  title: 'SmartRecruiters',
  description: 'Open API of SmartRecruiters: the boards of the employers on your watch-list',
  baseUrl: 'https://api.smartrecruiters.com',
  fixtureBoards: ['fernhain', 'hafenlicht'],
  fixturePath: '/smartrecruiters',
  addresses: [
    /^(jobs|careers)\.smartrecruiters\.com\/(?<board>[^/]+)(\/(?<opening>\d+)(-[^/]*)?)?$/,
    /^api\.smartrecruiters\.com\/v1\/companies\/(?<board>[^/]+)\/postings(\/(?<opening>\d+))?$/,
  ],
  accept: 'json',
  searches: true,
  listUrl: (base, { board, page, keyword }) => {
    const paging = `limit=${PER_PAGE}&offset=${page * PER_PAGE}`;
    const search = keyword ? `&q=${encodeURIComponent(keyword)}` : '';
    return `${base}/v1/companies/${board}/postings?${paging}${search}`;
  },
  parseList: (text, board) => {
    const { count, ...parsed } = parseSmartRecruitersList(text, board);
    return { ...parsed, more: count === PER_PAGE };
  },
  detail: {
    url: (base, board, opening) => `${base}/v1/companies/${board}/postings/${opening}`,
    openingOf: ({ references }) => references.jobId ?? '',
    parse: parseSmartRecruitersPosting,
  },
});
