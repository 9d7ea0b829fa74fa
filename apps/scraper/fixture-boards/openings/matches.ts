import { fold } from '../../sources/match-query.js';
import { descriptionOf } from './html.js';
import { COMPANIES } from './opening.js';
import type { Opening } from './opening.js';

/** Tells whether an opening holds every word of a text, as boards that search do. */
export function holds(opening: Opening, what: string): boolean {
  const { title, tags, company } = opening;
  const text = fold([title, COMPANIES[company]?.name, ...tags, descriptionOf(opening)].join(' '));
  return fold(what)
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => text.includes(word));
}
