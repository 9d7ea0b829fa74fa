import { COMPANIES } from './opening.js';
import type { Opening } from './opening.js';

const HEADINGS = {
  de: { tasks: 'Ihre Aufgaben', wanted: 'Ihr Profil', offer: 'Wir bieten' },
  en: { tasks: 'What you will do', wanted: 'What you bring', offer: 'What we offer' },
} as const;

const OFFER = {
  de: ['30 Tage Urlaub', 'Zuschuss zum Deutschlandticket', 'Weiterbildung & Zeit dafür'],
  en: ['30 days of leave', 'A budget for learning & time to use it', 'Relocation support'],
} as const;

const APPLY = { de: 'Ihre Bewerbung erreicht uns unter', en: 'Apply by e-mail to' } as const;

export interface Section {
  readonly title: string;
  readonly content: string;
}

export const escapeHtml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const list = (items: readonly string[]): string =>
  `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;

/** An opening's text as headed sections of HTML. */
export function sectionsOf(opening: Opening): Section[] {
  const { language, mailTo } = opening;
  const heading = HEADINGS[language];
  const company = COMPANIES[opening.company];
  return [
    {
      title: company?.name ?? '',
      content: `<p>${escapeHtml(company?.about ?? '')}</p><p>${escapeHtml(opening.about)}</p>`,
    },
    { title: heading.tasks, content: list(opening.tasks) },
    { title: heading.wanted, content: list(opening.wanted) },
    {
      title: heading.offer,
      content: list(OFFER[language]) + (mailTo ? `<p>${APPLY[language]} ${mailTo}</p>` : ''),
    },
  ];
}

/** An opening's text as one piece of HTML. */
export const descriptionOf = (opening: Opening): string =>
  sectionsOf(opening)
    .map(({ title, content }) => `<h2>${escapeHtml(title)}</h2>\n${content}`)
    .join('\n');

/** Words of a title as they stand in an address. */
export const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
