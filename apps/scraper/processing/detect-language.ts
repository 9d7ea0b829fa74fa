import { detectAll } from 'tinyld';
import { headOf } from './clean-text.js';

const READ = 4_000;
/** Read of its beginning, its middle and its end: enough to tell by, and what is told takes its time by length. */
const PIECE = 250;
const FEWEST_LETTERS = 40;
/** Scripts that say much with few characters. */
const DENSE = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/gu;
const FEWEST_DENSE = 8;
const SURE = 0.6;
const AHEAD = 2;

/** Tells the language of a text, ISO 639-1; null where it is too short or two languages come close. */
export function detectLanguage(text: string): string | null {
  // Signs and figures are of no language, and a list is full of them.
  const words = piecesOf(headOf(text, READ)).replace(/[^\p{L}\p{M}]+/gu, ' ');
  const dense = words.match(DENSE)?.length ?? 0;
  if (dense < FEWEST_DENSE && words.replaceAll(' ', '').length < FEWEST_LETTERS) return null;
  const [best, next] = detectAll(words);
  if (!best || best.accuracy < SURE) return null;
  return next && next.accuracy * AHEAD > best.accuracy ? null : best.lang;
}

function piecesOf(head: string): string {
  if (head.length <= 3 * PIECE) return head;
  const middle = Math.floor((head.length - PIECE) / 2);
  return [head.slice(0, PIECE), head.slice(middle, middle + PIECE), head.slice(-PIECE)].join(' ');
}

/** Gives the primary part of a language tag in lower case, `de` for `de-DE`; null where it is no tag. */
export function primaryLanguage(tag: string | null): string | null {
  const primary = /^[a-z]{2,3}(?=$|[-_])/i.exec(tag ?? '');
  return primary ? primary[0].toLowerCase() : null;
}
