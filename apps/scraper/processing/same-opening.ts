import type { OpeningNode } from './opening-node.js';
import { likeness } from './text-likeness.js';

/** Below it a text is too short to tell one opening from another. */
const FEWEST_SHINGLES = 8;
const FEWEST_OF_A_COPY = 30;
const ALIKE = 0.6;
const SNIPPET_ALIKE = 0.8;
const COPY_ALIKE = 0.8;

/**
 * Says why two postings are of one opening; null where they are not, or where it is not certain.
 *
 * 1. Two of one source are never one: a board that lists two has two.
 * 2. Both have a title, and the same one; kinds of employment and places do not contradict each other.
 * 3. Beside that, either both lead to one address, or the employer is the same, a place is, and the texts agree,
 *    or one is an agency's and the text is nearly the other's.
 * 4. What a person has set apart stays apart.
 */
export function whySameOpening(a: OpeningNode, b: OpeningNode): string | null {
  if (!mayBeOne(a, b)) return null;
  if (a.address !== null && a.address === b.address)
    return `the same title, and both lead to ${a.address.replace(/\?$/, '')}`;
  const where = whereCompared(a, b);
  if (where === null) return null;
  // Texts are compared last: that takes longest.
  const alike = likeness(a.shingles, b.shingles);
  const percent = `${Math.round(alike * 100)} %`;
  const shorter = Math.min(a.shingles.size, b.shingles.size);
  if (isSameEmployer(a, b)) {
    const wanted = a.detail === 'full' && b.detail === 'full' ? ALIKE : SNIPPET_ALIKE;
    if (shorter < FEWEST_SHINGLES || alike < wanted) return null;
    return `the same employer, title and ${where}, and ${percent} of the shorter text stands in the other`;
  }
  if (shorter < FEWEST_OF_A_COPY || alike < COPY_ALIKE) return null;
  return `an agency's copy: the same title and ${where}, and ${percent} of the shorter text stands in the other`;
}

/** Tells whether it takes the texts of two postings to say if they are one, or if one repeats the other. */
export const textsDecide = (a: OpeningNode, b: OpeningNode): boolean =>
  (mayBeOne(a, b) && whereCompared(a, b) !== null) || mayRepeat(a, b) || mayRepeat(b, a);

function mayBeOne(a: OpeningNode, b: OpeningNode): boolean {
  if (a.jobId === b.jobId || a.source === b.source) return false;
  if (a.title === '' || a.title !== b.title || isSetApart(a, b)) return false;
  return !contradict(a.employmentTypes, b.employmentTypes) && !contradict(a.cities, b.cities);
}

/** The place at which the texts of two postings are worth a look; null where they are not. */
const whereCompared = (a: OpeningNode, b: OpeningNode): string | null =>
  isSameEmployer(a, b) || a.agency !== b.agency ? sharedPlace(a, b) : null;

const isSameEmployer = (a: OpeningNode, b: OpeningNode): boolean =>
  a.employer !== '' && a.employer === b.employer;

const isSetApart = (a: OpeningNode, b: OpeningNode): boolean =>
  a.separated.includes(b.jobId) || b.separated.includes(a.jobId);

/** Both say something, and nothing that the other says. */
export const contradict = (a: readonly string[], b: readonly string[]): boolean =>
  a.length > 0 && b.length > 0 && !a.some((value) => b.includes(value));

function sharedPlace(a: OpeningNode, b: OpeningNode): string | null {
  const city = a.cities.find((key) => b.cities.includes(key));
  if (city !== undefined) return `place (${city.replace(/\|.*/, '')})`;
  // Of what can be done from anywhere, one board names the office and another none.
  const unsaid = a.cities.length === 0 || b.cities.length === 0;
  return unsaid && a.remote === true && b.remote === true ? 'place (remote)' : null;
}

const A_DAY = 86_400_000;
const REPOST_ALIKE = 0.8;

/** Tells whether a posting repeats an older one of the same board and employer that was no longer to be seen. */
export function isRepostOf(newer: OpeningNode, older: OpeningNode): boolean {
  if (!mayRepeat(newer, older)) return false;
  const shorter = Math.min(newer.shingles.size, older.shingles.size);
  return shorter >= FEWEST_SHINGLES && likeness(newer.shingles, older.shingles) >= REPOST_ALIKE;
}

function mayRepeat(newer: OpeningNode, older: OpeningNode): boolean {
  if (newer.jobId === older.jobId || newer.source !== older.source || isSetApart(newer, older)) return false;
  if (newer.title === '' || newer.title !== older.title || !isSameEmployer(newer, older)) return false;
  if (newer.postedAt - older.postedAt < A_DAY || older.lastSeenAt >= newer.firstSeenAt) return false;
  return sharedPlace(newer, older) !== null;
}
