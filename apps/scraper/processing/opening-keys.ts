import type { PlaceDto } from '#libs/contracts';
import { foldText } from './clean-text.js';

const LEGAL_FORMS = new Set(
  'gmbh mbh ag se kg kgaa ohg gbr ug haftungsbeschraenkt haftungsbeschrankt co ev eg inc incorporated ltd limited llc llp plc corp corporation bv nv sa sas sarl srl spa ab oy as aps'.split(
    ' ',
  ),
);
const ALL_GENDERS =
  /[([{]\s*(?:all genders?|alle geschlechter|gn|divers|[mwfdxihkua](?:\s*[/|,*:.\-–]\s*[mwfdxihkua]){1,3}|m\s*w\s*d|w\s*m\s*d|f\s*m\s*d|m\s*f\s*d)\s*[)\]}]|(?<![\p{L}\p{N}])(?:[mwfdx](?:\s?[/|]\s?[mwfdx]){2})(?![\p{L}\p{N}])/giu;
const FEMALE_FORM = /[*:_/]-?(?:innen|in|r|e)(?!\p{L})|\(in\)|\(r\)/giu;
const LONGEST = 300;

const squeezed = (text: string): string =>
  foldText(text)
    .replace(/[^\p{L}\p{M}\p{N}+#]+/gu, ' ')
    .trim();

/** Makes what employers are compared by: no legal form, no case, no marks. Empty where nothing is left. */
export const employerKey = (company: string): string => {
  const words = squeezed(
    company
      .slice(0, LONGEST)
      .replace(/&/g, ' ')
      .replace(/(?<=\p{L})\.(?=\p{L})/gu, ''),
  ).split(' ');
  const told = words.filter((word) => !LEGAL_FORMS.has(word));
  return told.join(' ');
};

/** Makes what titles are compared by: without `(m/w/d)`, `*in` and their like. Empty where nothing is left. */
export const titleKey = (title: string): string =>
  squeezed(title.slice(0, LONGEST).replace(ALL_GENDERS, ' ').replace(FEMALE_FORM, ''));

/** Parts of an address that say where a visitor came from. */
const TRACKING =
  /^(?:utm_.*|gclid|fbclid|msclkid|ref|referrer|referer|src|source|gh_src|lever-source.*|trk|cid|rltr|mc_.*)$/i;

/** Makes what addresses are compared by; null where it leads to no page of its own, such as a site's front page. */
export function addressKey(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  const asked = [...url.searchParams]
    .filter(([name]) => !TRACKING.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const path = url.pathname.replace(/\/(?:apply|application|bewerben)?\/*$/, '').replace(/\/+$/, '');
  const words = `${path} ${asked.map(([, value]) => value).join(' ')}`;
  // A number or a long name tells a posting from a list of postings.
  if (!/\d{4,}|[0-9a-f]{8}-[0-9a-f]{4}|[a-z0-9-]{24,}/i.test(words)) return null;
  return `${url.host.replace(/^www\./, '')}${path}?${new URLSearchParams(asked).toString()}`;
}

/** Gives the cities of a posting as keys; a place without a city gives none. */
export const cityKeys = (places: readonly PlaceDto[]): string[] =>
  places.flatMap(({ city, country }) => (city === null ? [] : [`${squeezed(city)}|${country ?? ''}`]));

export interface KeyedPosting {
  readonly employer: string;
  readonly title: string;
  readonly cities: readonly string[];
  readonly address: string | null;
}

/**
 * Gives the keys under which postings of one opening meet, to be compared there. One of an empty part is never
 * made, so that postings which say nothing never meet.
 */
export function meetingKeys({ employer, title, cities, address }: KeyedPosting): string[] {
  if (title === '') return [];
  return [
    ...(employer === '' ? [] : [`employer ${employer}|${title}`]),
    ...cities.map((city) => `place ${city}|${title}`),
    ...(address === null ? [] : [`address ${address}`]),
  ];
}
