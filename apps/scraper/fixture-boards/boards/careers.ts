import { COMPANIES, DAY_MS, NEWEST, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { ENGLISH } from '../openings/english.js';
import { GERMAN } from '../openings/german.js';
import { descriptionOf, escapeHtml } from '../openings/html.js';
import { html } from './board.js';
import type { Board, BoardAnswer } from './board.js';

const OPENINGS = new Map([...GERMAN, ...ENGLISH].map((opening) => [opening.id, opening]));
const TYPES: Readonly<Record<Opening['kind'], string>> = {
  full: 'FULL_TIME',
  part: 'PART_TIME',
  student: 'PART_TIME',
  intern: 'INTERN',
  contract: 'CONTRACTOR',
};

const ld = (value: unknown): string => `<script type="application/ld+json">${text(value)}</script>`;
const text = (value: unknown): string => JSON.stringify(value, null, 1).replace(/<\//g, '<\\/');
const page = (language: string, body: string): string =>
  `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8"><title>Careers</title></head><body>${body}</body></html>`;

/** A JobPosting as the standard describes it. */
function plain(id: number): Record<string, unknown> {
  const opening = opened(id);
  return {
    '@context': 'https://schema.org',
    '@type': 'JobPosting',
    title: opening.title,
    description: descriptionOf(opening),
    identifier: { '@type': 'PropertyValue', name: opening.company, value: String(id) },
    datePosted: postedAt(opening).toISOString().slice(0, 10),
    validThrough: new Date(NEWEST + 60 * DAY_MS).toISOString(),
    employmentType: TYPES[opening.kind],
    hiringOrganization: { '@type': 'Organization', name: COMPANIES[opening.company]?.name },
    jobLocation: place(opening.city),
    ...(opening.salary
      ? {
          baseSalary: {
            '@type': 'MonetaryAmount',
            currency: 'EUR',
            value: {
              '@type': 'QuantitativeValue',
              minValue: opening.salary[0],
              maxValue: opening.salary[1],
              unitText: 'YEAR',
            },
          },
        }
      : {}),
  };
}

function opened(id: number): Opening {
  const opening = OPENINGS.get(id);
  if (!opening) throw new Error(`there is no opening ${id}`);
  return opening;
}

const place = (city: string, country = 'DE') => ({
  '@type': 'Place',
  address: { '@type': 'PostalAddress', addressLocality: city, addressRegion: '-', addressCountry: country },
});

const CRUMBS = ld({ '@context': 'https://schema.org', '@type': 'BreadcrumbList', itemListElement: [] });

/** Employers' own pages, each with an oddity that real pages show. */
const PAGES: Readonly<Record<string, () => BoardAnswer>> = {
  '/hafenlicht/leitung-kundendienst': () => html(page('de', CRUMBS + ld(plain(410105)))),
  '/northquay/site-reliability-engineer': () =>
    // Inside of @graph, several places and kinds, several countries.
    html(
      page(
        'en',
        ld({
          '@context': 'https://schema.org',
          '@graph': [
            { '@type': 'WebSite', name: 'Northquay' },
            {
              ...plain(420202),
              jobLocation: [place('Hamburg'), place('Rotterdam', 'NL')],
              employmentType: ['FULL_TIME', 'PART_TIME'],
            },
          ],
        }),
      ),
    ),
  '/quillon/all': () => html(page('en', ld([plain(420205), plain(420206), plain(420214)]))),
  '/kestrel/illustrator': () =>
    // Remote, type as a list, the organisation as its name alone, a single value per hour.
    html(
      page(
        'en',
        ld({
          ...plain(420212),
          '@type': ['JobPosting', 'Thing'],
          jobLocationType: 'TELECOMMUTE',
          jobLocation: undefined,
          hiringOrganization: 'Kestrel & Vane Games',
          baseSalary: { currency: 'eur', value: { value: '45,50', unitText: 'HOUR' } },
        }),
      ),
    ),
  '/moorblick/pflege': () =>
    // The description is entity-escaped, and bare line breaks stand inside of its string.
    html(
      page(
        'de',
        `<script type="application/ld+json">${text({ ...plain(410107), description: '@@' }).replace(
          '@@',
          () => escapeHtml(descriptionOf(opened(410107))),
        )}</script>`,
      ),
    ),
  '/tannrode/broken-beside-good': () =>
    html(
      page(
        'de',
        `<script type="application/ld+json">{"@type":"JobPosting","title":"Halb" "kaputt"}</script>${ld(plain(410109))}`,
      ),
    ),
  '/tannrode/broken': () =>
    html(page('de', `<script type="application/ld+json">{"@type":"JobPosting","title":</script>`)),
  '/tannrode/umlaute-latin1': () => ({
    type: 'text/html',
    charset: 'iso-8859-1',
    body: page('de', ld(plain(410110))).replace('charset="utf-8"', 'charset="iso-8859-1"'),
  }),
  '/sudring/nothing-open': () => html(page('de', '<h1>Zurzeit haben wir keine offenen Stellen.</h1>')),
  '/sudring/private': () => html(page('de', ld(plain(410114)))),
};

export const careersBoard: Board = (path) => PAGES[path]?.();
