import { openingsOf } from '../openings/all.js';
import { sectionsOf, slugOf } from '../openings/html.js';
import { COMPANIES, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { json } from './board.js';
import type { Board } from './board.js';

/** Boards by token, which is a part of the path here and of the host's name with the real ones. */
const TOKENS = ['moorblick', 'oakmere', 'emptyharbor'];
const PATH = /^\/([^/]+)\/api\/offers\/?$/;

const TYPES: Readonly<Record<Opening['kind'], string>> = {
  full: 'fulltime_permanent',
  part: 'parttime_permanent',
  student: 'parttime_fixed_term',
  intern: 'internship',
  contract: 'freelance',
};

/** The offers API: a whole board; amounts of pay are text. */
export const recruiteeBoard: Board = (path) => {
  const token = PATH.exec(path)?.[1] ?? '';
  return TOKENS.includes(token) ? json({ offers: openingsOf(token).map(offer) }) : undefined;
};

function offer(opening: Opening) {
  const page = `https://${opening.company}.recruitee.com/o/${slugOf(opening.title)}`;
  const [about, tasks, wanted, benefits] = sectionsOf(opening).map(
    ({ title, content }) => `<p><strong>${title}</strong></p>${content}`,
  );
  const { salary, kind } = opening;
  return {
    id: opening.id,
    slug: slugOf(opening.title),
    title: opening.title,
    status: 'published',
    company_name: COMPANIES[opening.company]?.name,
    careers_url: page,
    careers_apply_url: `${page}/c/new`,
    department: opening.tags[0],
    tags: opening.tags.slice(1),
    employment_type_code: TYPES[kind],
    remote: opening.remote === 'only',
    hybrid: opening.remote === 'partly',
    on_site: opening.remote === undefined,
    city: opening.city,
    country: 'Germany',
    location: `${opening.city}, Germany`,
    locations: [
      { id: opening.id, name: opening.city, city: opening.city, country: 'Germany', country_code: 'DE' },
    ],
    description: `${about ?? ''}${tasks ?? ''}`,
    requirements: `${wanted ?? ''}${benefits ?? ''}`,
    published_at: postedAt(opening).toISOString().replace('T', ' ').replace('.000Z', ' UTC'),
    close_at: null,
    translations: { [opening.language]: { title: opening.title } },
    salary: salary
      ? {
          min: String(salary[0]),
          max: String(salary[1]),
          currency: 'EUR',
          period: kind === 'student' ? 'hour' : 'year',
        }
      : { min: null, max: null, currency: null, period: null },
  };
}
