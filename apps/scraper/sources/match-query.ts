import { load } from 'cheerio';
import type { Posting } from './posting.js';

export interface SearchQuery {
  /** A posting is found if it matches one of them; empty: every posting. */
  readonly keywords: readonly string[];
  readonly location?: string;
}

/** Words that ask for remote work in the place of a place. */
export const REMOTE_PLACE = /^\s*(remote|home ?office|fernarbeit)\s*$/i;

/** Cities that German and English boards call by different names, folded. */
const CITY_NAMES: readonly (readonly string[])[] = [
  ['munchen', 'munich'],
  ['koln', 'cologne'],
  ['nurnberg', 'nuremberg'],
  ['hannover', 'hanover'],
  ['braunschweig', 'brunswick'],
  ['wien', 'vienna'],
  ['genf', 'geneva'],
  ['deutschland', 'germany'],
  ['osterreich', 'austria'],
  ['schweiz', 'switzerland'],
];

/** Lower case without marks, so that "Köln" finds "KOLN"; ae, oe, ue and ß meet their umlauts. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/([ao])e(?=[^aeiou]|$)/g, '$1')
    .replace(/(?<![aeq])ue(?=[^aeiou]|$)/g, 'u');
}

/**
 * Tells whether a posting answers a query, for boards that cannot search: every word of a keyword begins a word
 * of title, company, tags or description; the place is one of the posting's, or the posting is remote where
 * remote is asked for.
 */
export function matchesQuery(posting: Posting, query: SearchQuery): boolean {
  return matchesLocation(posting, query.location) && matchesKeywords(posting, query.keywords);
}

function matchesKeywords(posting: Posting, keywords: readonly string[]): boolean {
  if (keywords.length === 0) return true;
  const text = load(posting.descriptionHtml).text();
  const words = ` ${fold([posting.title, posting.company, ...posting.tags, text].join(' '))}`;
  return keywords.some((keyword) =>
    fold(keyword)
      .split(/\s+/)
      .filter(Boolean)
      .every((word) => beginsWord(words, word)),
  );
}

const LETTER = /[\p{L}\p{N}]/u;

/** Short words, such as R or AI, must stand alone: too many others begin with them. */
function beginsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const begins = !LETTER.test(text[at - 1] ?? '');
    const ends = word.length > 2 || !LETTER.test(text[at + word.length] ?? '');
    if (begins && ends) return true;
  }
  return false;
}

function matchesLocation(posting: Posting, location: string | undefined): boolean {
  const asked = fold(location ?? '').trim();
  if (asked === '') return true;
  if (REMOTE_PLACE.test(asked)) return posting.remote === true;
  const names = CITY_NAMES.find((city) => city.includes(asked)) ?? [asked];
  return posting.locations.some((place) => names.some((name) => beginsWord(fold(place), name)));
}
