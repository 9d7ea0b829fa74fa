import { OPENINGS } from '../openings/all.js';
import { descriptionOf, slugOf } from '../openings/html.js';
import { holds } from '../openings/matches.js';
import { COMPANIES, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { json } from './board.js';
import type { Board } from './board.js';

const REMOTE = OPENINGS.filter(({ remote }) => remote === 'only');

const TYPES: Readonly<Record<Opening['kind'], string>> = {
  full: 'full_time',
  part: 'part_time',
  student: 'part_time',
  intern: 'internship',
  contract: 'contract',
};

/** The API of remote jobs: searched by a word, pay as text, dates without a zone. */
export const remotiveBoard: Board = (path, query) => {
  if (path !== '/api/remote-jobs') return undefined;
  const found = REMOTE.filter((opening) => holds(opening, query.get('search') ?? ''));
  const jobs = found.slice(0, Number(query.get('limit') ?? found.length)).map(job);
  return json({ '0-legal-notice': 'Invented openings.', 'job-count': jobs.length, jobs });
};

function job(opening: Opening) {
  const { salary, kind } = opening;
  return {
    id: opening.id,
    url: `https://remotive.com/remote-jobs/${slugOf(opening.tags[0] ?? '')}/${slugOf(opening.title)}-${opening.id}`,
    title: opening.title,
    company_name: COMPANIES[opening.company]?.name,
    category: opening.tags[0],
    tags: opening.tags,
    job_type: TYPES[kind],
    publication_date: postedAt(opening).toISOString().slice(0, 19),
    candidate_required_location: 'Germany, Austria, Switzerland',
    salary: salary ? `€${salary[0]} - €${salary[1]}${kind === 'student' ? '/hr' : ''}` : '',
    description: descriptionOf(opening),
  };
}
