import { ENGLISH } from './english.js';
import { GERMAN } from './german.js';
import type { Opening } from './opening.js';

export const OPENINGS: readonly Opening[] = [...GERMAN, ...ENGLISH];

/** The openings of one employer, by its key in COMPANIES. */
export const openingsOf = (company: string): Opening[] =>
  OPENINGS.filter((opening) => opening.company === company);

/** An id as boards with UUIDs write it, the same each day. */
export const uuidOf = ({ id }: Opening): string => `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
