import type { PlaceDto } from '#libs/contracts';
import { foldText } from './clean-text.js';
import { CITIES, MORE_COUNTRY_NAMES, REGIONS } from './data/cities.js';

/** Makes what place names are looked up by. */
export const placeKey = (name: string): string =>
  foldText(name)
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();

const namesIn = (line: string): { name: string; keys: string[] }[] =>
  line.split(';').map((entry) => {
    const [name = '', others = ''] = entry.split('=').map((part) => part.trim());
    return { name, keys: [name, ...others.split(',')].map(placeKey).filter((key) => key !== '') };
  });

function readCities(): Map<string, PlaceDto> {
  const places = new Map<string, PlaceDto>();
  for (const [where, line] of Object.entries(CITIES)) {
    const [country = null, region = ''] = where.split('/');
    for (const { name, keys } of namesIn(line))
      for (const key of keys) places.set(key, { city: name, region: region || null, country });
  }
  return places;
}

function readRegions(): Map<string, PlaceDto> {
  const places = new Map<string, PlaceDto>();
  for (const [country, line] of Object.entries(REGIONS))
    for (const { name, keys } of namesIn(line))
      for (const key of keys) places.set(key, { city: null, region: name, country });
  return places;
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Not countries, but codes for groups of them or for tests. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);

/** Every country's names in English and German, and its code of two letters, as the runtime's Unicode data has them. */
function readCountries(): Map<string, string> {
  const countries = new Map<string, string>();
  const languages = ['en', 'de'].map(
    (language) => new Intl.DisplayNames(language, { type: 'region', fallback: 'none' }),
  );
  for (const code of LETTERS.flatMap((first) => LETTERS.map((second) => first + second))) {
    // Old codes stand for what is another country today: DD for DE.
    if (NO_COUNTRIES.has(code) || Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`) continue;
    const names = languages.flatMap((language) => language.of(code) ?? []);
    if (names.length === 0) continue;
    const more = MORE_COUNTRY_NAMES[code]?.split(',') ?? [];
    for (const name of [...names, ...more, code]) countries.set(placeKey(name), code);
  }
  return countries;
}

/** Names in US addresses that are codes of countries as well, such as CA and DE. */
export const US_STATES = new Set(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC'
    .split(' ')
    .map(placeKey),
);

/** Looks up cities, regions and countries by `placeKey`. */
export const PLACE_NAMES = {
  cities: readCities(),
  regions: readRegions(),
  countries: readCountries(),
} as const;
