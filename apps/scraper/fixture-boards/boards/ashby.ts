import { openingsOf, uuidOf } from '../openings/all.js';
import { descriptionOf } from '../openings/html.js';
import { postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { json } from './board.js';
import type { Board } from './board.js';

/** Boards by token; `emptyharbor` has no opening just now. */
const TOKENS = ['kestrel', 'northquay', 'emptyharbor'];
const PATH = /^\/posting-api\/job-board\/([^/]+)$/;

const TYPES: Readonly<Record<Opening['kind'], string>> = {
  full: 'FullTime',
  part: 'PartTime',
  student: 'PartTime',
  intern: 'Intern',
  contract: 'Contract',
};

/** The posting API: a whole board, with an opening that it does not list. */
export const ashbyBoard: Board = (path, query) => {
  const token = PATH.exec(path)?.[1] ?? '';
  if (!TOKENS.includes(token)) return undefined;
  const withPay = query.get('includeCompensation') === 'true';
  const jobs = openingsOf(token).map((opening) => job(opening, withPay));
  const [first] = jobs;
  const unlisted = first ? [{ ...first, id: 'unlisted', title: 'Not yet open', isListed: false }] : [];
  return json({ jobs: [...unlisted, ...jobs], apiVersion: '1' });
};

function job(opening: Opening, withPay: boolean) {
  const page = `https://jobs.ashbyhq.com/${opening.company}/${uuidOf(opening)}`;
  return {
    id: uuidOf(opening),
    title: opening.title,
    department: opening.tags[0],
    team: opening.tags[0],
    employmentType: TYPES[opening.kind],
    location: opening.city,
    secondaryLocations: opening.remote === 'partly' ? [{ location: 'Berlin', address: {} }] : [],
    publishedAt: postedAt(opening).toISOString().replace('Z', '+00:00'),
    isListed: true,
    isRemote: opening.remote === 'only',
    workplaceType: opening.remote === 'only' ? 'Remote' : opening.remote === 'partly' ? 'Hybrid' : 'OnSite',
    jobUrl: page,
    applyUrl: `${page}/application`,
    descriptionHtml: descriptionOf(opening),
    ...(withPay
      ? { compensation: { compensationTierSummary: null, summaryComponents: payOf(opening) } }
      : {}),
  };
}

function payOf({ salary, kind }: Opening) {
  if (!salary) return [];
  const [minValue, maxValue] = salary;
  const interval = kind === 'student' ? '1 HOUR' : '1 YEAR';
  return [
    {
      compensationType: 'EquityPercentage',
      interval: 'NONE',
      currencyCode: null,
      minValue: null,
      maxValue: null,
    },
    { compensationType: 'Salary', interval, currencyCode: 'EUR', minValue, maxValue },
  ];
}
