import { openingsOf, uuidOf } from '../openings/all.js';
import { sectionsOf } from '../openings/html.js';
import { postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { json } from './board.js';
import type { Board } from './board.js';

/** Boards by token; `emptyharbor` has no opening just now. */
const TOKENS = ['quillon', 'oakmere', 'emptyharbor'];
const PATH = /^\/v0\/postings\/([^/]+)$/;

const COMMITMENTS: Readonly<Record<Opening['kind'], string>> = {
  full: 'Full-time',
  part: 'Part-time',
  student: 'Working Student',
  intern: 'Intern',
  contract: 'Contract',
};

/** The postings API: a bare list, paged by `skip` and `limit`. */
export const leverBoard: Board = (path, query) => {
  const token = PATH.exec(path)?.[1] ?? '';
  if (!TOKENS.includes(token)) return undefined;
  const skip = Number(query.get('skip') ?? 0);
  return json(
    openingsOf(token)
      .slice(skip, skip + Number(query.get('limit') ?? 100))
      .map(posting),
  );
};

function posting(opening: Opening) {
  const [about, ...rest] = sectionsOf(opening);
  const page = `https://jobs.lever.co/${opening.company}/${uuidOf(opening)}`;
  const { salary, kind } = opening;
  return {
    id: uuidOf(opening),
    text: opening.title,
    createdAt: postedAt(opening).getTime(),
    country: 'DE',
    workplaceType: opening.remote === 'only' ? 'remote' : opening.remote === 'partly' ? 'hybrid' : 'onsite',
    categories: {
      commitment: COMMITMENTS[kind],
      department: opening.tags[0],
      team: opening.tags.at(-1),
      location: opening.city,
      allLocations: [opening.city],
    },
    description: `<div>${about?.content ?? ''}</div>`,
    descriptionPlain: opening.about,
    lists: rest.map(({ title, content }) => ({ text: title, content: content.replace(/<\/?ul>/g, '') })),
    additional: '',
    hostedUrl: page,
    applyUrl: `${page}/apply`,
    ...(salary
      ? {
          salaryRange: {
            min: salary[0],
            max: salary[1],
            currency: 'EUR',
            interval: kind === 'student' ? 'per-hour-wage' : 'per-year-salary',
          },
        }
      : {}),
  };
}
