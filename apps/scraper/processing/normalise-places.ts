import type { PlaceDto } from '#libs/contracts';
import { cleanText } from './clean-text.js';
import { PLACE_NAMES, US_STATES, placeKey } from './place-names.js';

/** What stands where a place would and is none. */
const NO_PLACE =
  /\b(?:remote|hybrid|home ?office|homeoffice|mobil\w*|vor ort|on ?site|bundesweit|deutschlandweit|weltweit|worldwide|anywhere|various|verschiedene|mehrere|multiple|flexib\w*|standort\w*|location\w*|headquarters?|office|büro|zentrale|europe|europa|emea|dach|apac|latam|americas?|amerika|asia|asien|africa|afrika|oceania|ozeanien|time ?zones?|zeitzonen?|global|international|region|raum|umgebung|area|and|und|oder|or|bei|near)\b/iu;
const LONGEST = 200;
const LONGEST_NAME = 60;
const MOST_PLACES = 50;

/**
 * Reads places as boards write them. What is known is given by its own name with region and country; a name that
 * is not known is kept as the city as it was written; words that name no place are left out. Nothing is guessed.
 */
export function normalisePlaces(locations: readonly string[]): PlaceDto[] {
  const places = locations
    .slice(0, MOST_PLACES)
    .flatMap((location) => cleanText(location.slice(0, LONGEST)).split(/[\n;|•]| \/ /u))
    .flatMap(placesIn);
  const cities = places.filter(({ city }) => city !== null);
  // `Berlin` beside `Germany` is one place, not two.
  const told = places.filter((place) => place.city !== null || !cities.some((city) => lies(city, place)));
  return [...new Map(told.map((place) => [JSON.stringify(place), place])).values()];
}

const lies = (city: PlaceDto, within: PlaceDto): boolean =>
  city.country === within.country && (within.region === null || city.region === within.region);

function placesIn(text: string): PlaceDto[] {
  const whole = known(placeKey(text));
  if (whole) return [whole];
  const parts = text.split(/[,()/·–—]| - /u).map((part) => part.replace(/\b\d{4,6}\b/g, ' ').trim());
  const found: PlaceDto[] = [];
  const others: string[] = [];
  const countries = new Set<string>();
  let region: PlaceDto | null = null;
  for (const part of parts) {
    const key = placeKey(part);
    if (key === '') continue;
    const city = PLACE_NAMES.cities.get(key);
    if (city) found.push(city);
    else if (PLACE_NAMES.regions.has(key)) region ??= PLACE_NAMES.regions.get(key) ?? null;
    else if (PLACE_NAMES.countries.has(key) && !isState(key, found, others))
      countries.add(PLACE_NAMES.countries.get(key) ?? key);
    else if (!NO_PLACE.test(part) && isName(part)) others.push(part);
  }
  // A list of countries: none of them is where the other names are.
  if (countries.size > 1)
    return [...found, ...[...countries].map((country) => ({ city: null, region: null, country }))];
  const country = [...countries][0] ?? region?.country ?? null;
  if (found.length > 0) return found.map((city) => agreed(city, country));
  const [other] = others;
  if (other !== undefined && !US_STATES.has(placeKey(other)))
    return [{ city: other, region: region?.region ?? null, country }];
  return country === null && region === null ? [] : [{ city: null, region: region?.region ?? null, country }];
}

const known = (key: string): PlaceDto | null => PLACE_NAMES.cities.get(key) ?? null;

/** Whether two letters after a city are more likely a state than a country: `Springfield, IL`, but `Berlin, DE`. */
const isState = (key: string, cities: readonly PlaceDto[], others: readonly string[]): boolean =>
  US_STATES.has(key) &&
  (others.length > 0 || cities.some(({ country }) => country !== PLACE_NAMES.countries.get(key)));

/** Takes the country that was written over the one that is usually meant: `London, Canada` is not in England. */
const agreed = (city: PlaceDto, country: string | null): PlaceDto =>
  country === null || country === city.country ? city : { city: city.city, region: null, country };

const isName = (text: string): boolean =>
  text.length <= LONGEST_NAME && /^\p{L}[\p{L}\p{M}.'’ -]*$/u.test(text);
