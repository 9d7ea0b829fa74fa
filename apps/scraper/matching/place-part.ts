import type { PlaceDto } from '#libs/contracts';
import { placeKey } from '../processing/place-names.js';
import type { Candidate } from './candidate.js';
import type { Person } from './person.js';

/** Scores where the work is. */
export function placePart(
  { remote, reading }: Candidate,
  { places, preferences }: Person,
): { readonly score: number | null; readonly why: string } {
  if (remote === true && preferences.remote !== 'no') return { score: 1, why: 'it is remote work' };
  if (places.length === 0) {
    if (preferences.remote === 'preferred')
      return { score: 0.5, why: 'it is not said to be remote, which is preferred' };
    return { score: null, why: 'the profile names no place' };
  }
  if (reading.places.length === 0) return { score: null, why: 'the posting names no place' };
  const keys = new Set(reading.places.flatMap(keysOf));
  const wanted = places.find((place) => [...place.keys].some((key) => keys.has(key)));
  if (!wanted) return { score: 0, why: 'none of its places is wanted' };
  return { score: 1, why: `one of its places is ${JSON.stringify(wanted.said)}` };
}

/** A city is in its region and its country. */
const keysOf = ({ city, region, country }: PlaceDto): string[] => [
  ...(city === null ? [] : [placeKey(city)]),
  ...(region === null ? [] : [`region ${placeKey(region)}`]),
  ...(country === null ? [] : [`country ${country}`]),
];
