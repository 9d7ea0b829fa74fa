import { OPENINGS } from '../openings/all.js';
import { descriptionOf, escapeHtml } from '../openings/html.js';
import { holds } from '../openings/matches.js';
import { COMPANIES, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { html } from './board.js';
import type { Board } from './board.js';

const TYPES: Readonly<Record<Opening['kind'], string>> = {
  full: 'Vollzeit',
  part: 'Teilzeit',
  student: 'Werkstudent',
  intern: 'Praktikum',
  contract: 'Freie Mitarbeit',
};

/** Pages as a person's browser would save them. The board itself turns programs away, and so no search asks it. */
export const indeedBoard: Board = (path, query) => {
  if (path === '/jobs') {
    const found = OPENINGS.filter((opening) => holds(opening, query.get('q') ?? ''));
    return html(resultPage(found));
  }
  const opening = path === '/viewjob' && OPENINGS.find((one) => keyOf(one) === query.get('jk'));
  return opening ? html(openingPage(opening)) : undefined;
};

const keyOf = ({ id }: Opening): string => id.toString(16).padStart(16, '0');

/** Keeps a closing tag inside of a string from ending the script. */
const script = (value: unknown): string => JSON.stringify(value).replace(/<\//g, '<\\/');

const page = (body: string, canonical: string): string =>
  '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Jobs</title>' +
  `<link rel="canonical" href="https://de.indeed.com${canonical}"></head><body>${body}</body></html>`;

function resultPage(openings: readonly Opening[]): string {
  const model = { metaData: { mosaicProviderJobCardsModel: { results: openings.map(card), pageNumber: 1 } } };
  return page(
    '<script>window.mosaic = {providerData: {}};\n' +
      'window.mosaic.providerData["mosaic-provider-salary-feedback"]={};\n' +
      `window.mosaic.providerData["mosaic-provider-jobcards"]=${script(model)};\n</script>`,
    '/jobs',
  );
}

function card(opening: Opening) {
  const { salary, kind } = opening;
  const hourly = kind === 'student';
  return {
    jobkey: keyOf(opening),
    title: opening.title,
    displayTitle: opening.title,
    company: COMPANIES[opening.company]?.name,
    formattedLocation: opening.city,
    formattedRelativeTime: 'vor 3 Tagen',
    pubDate: postedAt(opening).getTime(),
    jobTypes: [],
    remoteLocation: opening.remote === 'only',
    ...(opening.remote
      ? { remoteWorkModel: { type: opening.remote === 'only' ? 'REMOTE_ALWAYS' : 'REMOTE_HYBRID', text: '' } }
      : {}),
    salarySnippet: salary
      ? { currency: 'EUR', text: `${salary[0]} € – ${salary[1]} € pro ${hourly ? 'Stunde' : 'Jahr'}` }
      : { currency: 'EUR' },
    ...(salary
      ? { extractedSalary: { min: salary[0], max: salary[1], type: hourly ? 'hourly' : 'yearly' } }
      : {}),
    snippet: `<ul><li>${escapeHtml(opening.about)}</li></ul>`,
    taxonomyAttributes: [
      { label: 'job-types', attributes: [{ label: TYPES[kind], suid: 'X' }] },
      { label: 'remote', attributes: [] },
    ],
    link: `/rc/clk?jk=${keyOf(opening)}`,
  };
}

function openingPage(opening: Opening): string {
  const posting = {
    '@context': 'http://schema.org',
    '@type': 'JobPosting',
    title: opening.title,
    description: descriptionOf(opening),
    datePosted: postedAt(opening).toISOString(),
    hiringOrganization: { '@type': 'Organization', name: COMPANIES[opening.company]?.name },
    jobLocation: {
      '@type': 'Place',
      address: { '@type': 'PostalAddress', addressLocality: opening.city, addressCountry: 'DE' },
    },
  };
  return page(
    `<script type="application/ld+json">${script(posting)}</script>`,
    `/viewjob?jk=${keyOf(opening)}`,
  );
}
