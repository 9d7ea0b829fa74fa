import { fold } from '../../sources/match-query.js';
import { COMPANIES, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { GERMAN } from '../openings/german.js';
import { descriptionOf, escapeHtml, sectionsOf, slugOf } from '../openings/html.js';
import { html } from './board.js';
import type { Board } from './board.js';

const PER_PAGE = 5;
const RESULTS = /^\/jobs(?:\/(?!in-)([^/]+))?(?:\/in-([^/]+))?$/;
const DETAIL = /^\/stellenangebote--.*--(\d+)-inline\.html$/;

/** Result and detail pages with the scripts that the real pages carry, and noise around them. */
export const stepstoneBoard: Board = (path, query, base) => {
  const id = DETAIL.exec(path)?.[1];
  if (id) {
    const opening = GERMAN.find((candidate) => candidate.id === Number(id));
    return opening && html(detailPage(opening, base));
  }
  const match = RESULTS.exec(path);
  if (!match) return undefined;
  const found = GERMAN.filter((opening) => answers(opening, match[1] ?? '', match[2] ?? ''));
  const page = Math.max(1, Number(query.get('page')) || 1);
  return html(resultPage(found.slice((page - 1) * PER_PAGE, page * PER_PAGE), found.length, page, base));
};

function answers(opening: Opening, what: string, where: string): boolean {
  const text = fold(`${opening.title} ${opening.tags.join(' ')} ${descriptionOf(opening)}`);
  const words = fold(decodeURIComponent(what)).split('-').filter(Boolean);
  const place = fold(decodeURIComponent(where)).replace(/-/g, ' ');
  return words.every((word) => text.includes(word)) && fold(opening.city).includes(place);
}

const pathOf = (opening: Opening): string =>
  `stellenangebote--${slugOf(`${opening.title} ${opening.city} ${opening.company}`)}--${opening.id}-inline.html`;

const page = (title: string, body: string): string =>
  `<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body>\n` +
  `<script>window.__PRELOADED_STATE__ = window.__PRELOADED_STATE__ || {};\n` +
  `window.__PRELOADED_STATE__.header = {"requestParams":{"langName":"de","note":"a } brace \\" in a string"}};</script>\n` +
  `${body}\n</body></html>`;

/** Keeps a closing tag inside of a string from ending the script. */
const script = (value: unknown): string => JSON.stringify(value).replace(/<\//g, '<\\/');

function resultPage(openings: readonly Opening[], total: number, number: number, base: string): string {
  const root = new URL(base).pathname.replace(/\/$/, '');
  const items = openings.map((opening) => ({
    id: opening.id,
    title: opening.title,
    labels: [],
    url: `${root}/${pathOf(opening)}?rltr=${number}_1_25_seorl_m_0_0_0_0_0_0`,
    companyId: 1000,
    companyName: COMPANIES[opening.company]?.name,
    companyUrl: `/cmp/de/${opening.company}/jobs`,
    datePosted: postedAt(opening).toISOString().replace('.000Z', '+00:00'),
    location: opening.city,
    salary: '',
    unifiedSalary: salaryOf(opening),
    workFromHome: opening.remote === 'only' ? '1' : opening.remote === 'partly' ? '2' : '0',
    textSnippet: `${opening.about} <strong>${opening.tags[0]}</strong>`,
  }));
  const state = {
    config: { country: 'de' },
    searchResults: {
      items,
      pagination: {
        page: number,
        perPage: PER_PAGE,
        pageCount: Math.ceil(total / PER_PAGE),
        totalCount: total,
      },
      meta: { total },
    },
  };
  return page(
    `${total} Jobs`,
    `<script>window.__PRELOADED_STATE__["app-unifiedResultlist"] = ${script(state)};</script>`,
  );
}

function salaryOf({ salary, kind }: Opening) {
  if (!salary) return null;
  const [min, max] = salary;
  return { min, max, currency: 'EUR', period: kind === 'student' ? 'HOUR' : 'YEAR' };
}

const CONTRACTS: Readonly<Record<Opening['kind'], readonly [contract: string, work: string]>> = {
  full: ['Feste Anstellung', 'Vollzeit'],
  part: ['Feste Anstellung', 'Teilzeit'],
  student: ['Studentenjobs, Werkstudent', 'Teilzeit'],
  intern: ['Praktikum', 'Vollzeit'],
  contract: ['Befristeter Vertrag', 'Vollzeit'],
};

function detailPage(opening: Opening, base: string): string {
  const [contractType, workType] = CONTRACTS[opening.kind];
  const props = {
    listingHeader: {
      listingData: {
        title: opening.title,
        companyData: { name: COMPANIES[opening.company]?.name },
        metaData: {
          location: opening.city,
          onlineDate: postedAt(opening).toISOString(),
          contractType,
          workType: opening.remote ? `Homeoffice möglich, ${workType}` : workType,
        },
      },
    },
    textSections: sectionsOf(opening),
  };
  return page(
    opening.title,
    `<link rel="canonical" href="${base}/${pathOf(opening)}">\n` +
      `<script>window.__PRELOADED_STATE__.JobAdContent = { props: ${script(props)}, render: function () { return "}"; } };</script>`,
  );
}
