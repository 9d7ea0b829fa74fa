import { openingsOf } from '../openings/all.js';
import { escapeHtml, sectionsOf } from '../openings/html.js';
import { COMPANIES, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import type { Board } from './board.js';

/** Boards by token, which is a part of the path here and of the host's name with the real ones. */
const TOKENS = ['tannrode', 'sudring', 'emptyharbor'];
const PATH = /^\/([^/]+)\/xml$/;

const KINDS: Readonly<Record<Opening['kind'], readonly [type: string, schedule: string]>> = {
  full: ['permanent', 'full-time'],
  part: ['permanent', 'part-time'],
  student: ['working_student', 'part-time'],
  intern: ['intern', 'full-time'],
  contract: ['freelance', 'full-time'],
};

/** The XML feed: a whole board, texts in CDATA. */
export const personioBoard: Board = (path) => {
  const token = PATH.exec(path)?.[1] ?? '';
  if (!TOKENS.includes(token)) return undefined;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<workzag-jobs>\n${openingsOf(token).map(position).join('\n')}</workzag-jobs>\n`;
  return { type: 'application/xml', body };
};

function position(opening: Opening): string {
  const [type, schedule] = KINDS[opening.kind];
  const fields = {
    id: opening.id,
    subcompany: COMPANIES[opening.company]?.name,
    office: opening.city,
    department: opening.tags[0],
    recruitingCategory: opening.tags.at(-1),
    name: opening.title,
    employmentType: type,
    seniority: 'experienced',
    schedule,
    createdAt: postedAt(opening).toISOString().replace('.000Z', '+00:00'),
  };
  const texts = sectionsOf(opening).map(
    ({ title, content }) =>
      `<jobDescription><name>${escapeHtml(title)}</name><value><![CDATA[${content}]]></value></jobDescription>`,
  );
  const more = opening.remote ? '<additionalOffices><office>Remote</office></additionalOffices>' : '';
  const plain = Object.entries(fields).map(([tag, value]) => `<${tag}>${escapeHtml(String(value))}</${tag}>`);
  return `<position>${plain.join('')}${more}<jobDescriptions>${texts.join('')}</jobDescriptions></position>`;
}
