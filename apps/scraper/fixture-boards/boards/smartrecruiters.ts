import { openingsOf } from '../openings/all.js';
import { sectionsOf } from '../openings/html.js';
import { holds } from '../openings/matches.js';
import { COMPANIES, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { json } from './board.js';
import type { Board } from './board.js';

const PATH = /^\/v1\/companies\/([^/]+)\/postings(?:\/(\d+))?$/;
const SECTIONS = ['companyDescription', 'jobDescription', 'qualifications', 'additionalInformation'];

const TYPES: Readonly<Record<Opening['kind'], string>> = {
  full: 'Full-time',
  part: 'Part-time',
  student: 'Part-time',
  intern: 'Intern',
  contract: 'Contract',
};

/** The posting API: a list without texts that can be searched, and each posting with its text. Knows every company. */
export const smartRecruitersBoard: Board = (path, query) => {
  const [, company, id] = PATH.exec(path) ?? [];
  if (company === undefined) return undefined;
  const openings = openingsOf(company);
  if (id !== undefined) {
    const opening = openings.find((candidate) => postingId(candidate) === id);
    return opening && json({ ...posting(opening), ...textOf(opening) });
  }
  const found = openings.filter((opening) => holds(opening, query.get('q') ?? ''));
  const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 10)];
  return json({
    offset,
    limit,
    totalFound: found.length,
    content: found.slice(offset, offset + limit).map(posting),
  });
};

const postingId = ({ id }: Opening): string => String(744_000_000_000_000 + id);

function posting(opening: Opening) {
  return {
    id: postingId(opening),
    name: opening.title,
    uuid: null,
    refNumber: `REF${opening.id}`,
    company: { identifier: opening.company, name: COMPANIES[opening.company]?.name },
    releasedDate: postedAt(opening).toISOString(),
    location: {
      city: opening.city,
      region: null,
      country: 'de',
      remote: opening.remote === 'only',
      hybrid: opening.remote === 'partly',
      fullLocation: `${opening.city}, Germany`,
    },
    department: {},
    function: { id: 'function', label: opening.tags[0] },
    typeOfEmployment: { id: opening.kind, label: TYPES[opening.kind] },
    visibility: 'PUBLIC',
    language: { code: opening.language, label: opening.language },
  };
}

function textOf(opening: Opening) {
  const page = `https://jobs.smartrecruiters.com/${opening.company}/${postingId(opening)}`;
  const sections: Record<string, { title: string; text: string }> = {};
  for (const [index, { title, content }] of sectionsOf(opening).entries())
    sections[SECTIONS[index] ?? 'videos'] = { title, text: content };
  return {
    postingUrl: page,
    applyUrl: `${page}?oga=true`,
    active: true,
    jobAd: { sections },
  };
}
