import { COMPANIES, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { ENGLISH } from '../openings/english.js';
import { GERMAN } from '../openings/german.js';
import { descriptionOf, escapeHtml } from '../openings/html.js';
import { json } from './board.js';
import type { Board } from './board.js';

/** Boards by token; `emptyharbor` has no opening just now. */
const TOKENS = ['lindwerk', 'northquay', 'quillon', 'emptyharbor'];
const PATH = /^\/v1\/boards\/([^/]+)\/jobs(?:\/(\d+))?$/;

/** The boards API: the list tells all but the pay; markup in `content` is entity-escaped. */
export const greenhouseBoard: Board = (path, query) => {
  const [, token = '', id] = PATH.exec(path) ?? [];
  if (!TOKENS.includes(token)) return undefined;
  const openings = [...GERMAN, ...ENGLISH].filter(({ company }) => company === token);
  if (id === undefined) {
    const jobs = openings.map((opening) => job(opening, query.get('content') === 'true'));
    return json({ jobs, meta: { total: jobs.length } });
  }
  const opening = openings.find((candidate) => jobId(candidate) === Number(id));
  if (!opening) return undefined;
  const pay = query.get('pay_transparency') === 'true' ? { pay_input_ranges: payOf(opening) } : {};
  return json({ ...job(opening, true), ...pay });
};

const jobId = (opening: Opening): number => 7_000_000_000 + opening.id;

function job(opening: Opening, withContent: boolean) {
  const name = COMPANIES[opening.company]?.name;
  return {
    absolute_url: `https://job-boards.greenhouse.io/${opening.company}/jobs/${jobId(opening)}`,
    internal_job_id: 5_000_000_000 + opening.id,
    location: { name: opening.remote === 'only' ? 'Remote, Germany' : `${opening.city}; Germany` },
    metadata: null,
    id: jobId(opening),
    updated_at: postedAt(opening).toISOString().replace('.000Z', '+00:00'),
    first_published: postedAt(opening).toISOString().replace('.000Z', '+00:00'),
    requisition_id: `R-${opening.id}`,
    title: opening.title,
    company_name: name,
    language: opening.language,
    application_deadline: null,
    ...(withContent
      ? {
          content: escapeHtml(descriptionOf(opening)),
          departments: [{ id: 1, name: opening.tags[0], child_ids: [], parent_id: null }],
          offices: [{ id: 2, name: opening.city, location: null, child_ids: [], parent_id: null }],
        }
      : {}),
  };
}

function payOf({ salary, kind }: Opening) {
  if (!salary) return [];
  const [min, max] = salary;
  const title = kind === 'student' ? 'Hourly pay' : 'Annual salary';
  return [{ min_cents: min * 100, max_cents: max * 100, currency_type: 'EUR', title, blurb: '' }];
}
