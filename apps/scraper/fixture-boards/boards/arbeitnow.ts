import { COMPANIES, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { ENGLISH } from '../openings/english.js';
import { GERMAN } from '../openings/german.js';
import { descriptionOf, slugOf } from '../openings/html.js';
import { json } from './board.js';
import type { Board } from './board.js';

const PER_PAGE = 10;
const OPENINGS = [...GERMAN, ...ENGLISH].sort((a, b) => a.age - b.age || a.id - b.id);

const JOB_TYPES: Readonly<Record<Opening['kind'], readonly string[]>> = {
  full: ['Vollzeit', 'berufserfahren'],
  part: ['Teilzeit'],
  student: ['Werkstudent'],
  intern: ['Praktikum'],
  contract: [],
};

/** The paged job-board API: it cannot search, and its `links` name the real host whatever stands before it. */
export const arbeitnowBoard: Board = (path, query) => {
  if (path !== '/api/job-board-api') return undefined;
  const page = Math.max(1, Number(query.get('page')) || 1);
  const slice = OPENINGS.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const address = 'https://www.arbeitnow.com/api/job-board-api?page=';
  return json({
    data: slice.map(item),
    links: {
      first: `${address}1`,
      last: null,
      prev: page > 1 ? `${address}${page - 1}` : null,
      next: page * PER_PAGE < OPENINGS.length ? `${address}${page + 1}` : null,
    },
    meta: {
      current_page: page,
      per_page: PER_PAGE,
      terms: 'Invented openings for tests and demonstrations.',
    },
  });
};

function item(opening: Opening) {
  const slug = `${slugOf(`${opening.title} ${opening.city}`)}-${opening.id}`;
  return {
    slug,
    company_name: COMPANIES[opening.company]?.name,
    title: opening.title,
    description: descriptionOf(opening),
    remote: opening.remote === 'only',
    url: `https://www.arbeitnow.com/jobs/companies/${opening.company}/${slug}`,
    tags: opening.tags,
    job_types: JOB_TYPES[opening.kind],
    location: opening.city,
    created_at: postedAt(opening).getTime() / 1000,
  };
}
