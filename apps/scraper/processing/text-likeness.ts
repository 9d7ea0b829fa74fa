import { foldText, headOf } from './clean-text.js';
import { wordsOf } from './skill-names.js';

const SHINGLE = 4;
/** More of a text tells no more about it. */
const READ = 20_000;

/** Makes what texts are compared by: every run of four words. */
export function shinglesOf(text: string): ReadonlySet<string> {
  const words = wordsOf(foldText(headOf(text, READ))).map(({ key }) => key);
  const shingles = new Set<string>();
  let [a = '', b = '', c = ''] = words;
  for (const d of words.slice(SHINGLE - 1)) {
    shingles.add(`${a} ${b} ${c} ${d}`);
    [a, b, c] = [b, c, d];
  }
  return shingles;
}

/** Tells how much of the shorter text the longer one holds, from 0 to 1; 0 where one says nothing. */
export function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [less, more] = a.size <= b.size ? [a, b] : [b, a];
  if (less.size === 0) return 0;
  let shared = 0;
  for (const shingle of less) if (more.has(shingle)) shared += 1;
  return shared / less.size;
}
