import { detectAll } from 'tinyld';
import { headOf } from './clean-text.js';

/** Enough to tell by; more would only take longer. */
const READ = 4_000;
const FEWEST_LETTERS = 40;
/** Scripts that say much with few characters. */
const DENSE = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/gu;
const FEWEST_DENSE = 8;
const SURE = 0.6;
const AHEAD = 2;

/** Tells the language of a text, ISO 639-1; null where it is too short or two languages come close. */
export function detectLanguage(text: string): string | null {
  // Signs and figures are of no language, and a list is full of them.
  const head = headOf(text, READ).replace(/[^\p{L}\p{M}]+/gu, ' ');
  const dense = head.match(DENSE)?.length ?? 0;
  const letters = head.match(/\p{L}/gu)?.length ?? 0;
  if (letters < FEWEST_LETTERS && dense < FEWEST_DENSE) return null;
  const [best, next] = detectAll(head);
  if (!best || best.accuracy < SURE) return null;
  return next && next.accuracy * AHEAD > best.accuracy ? null : best.lang;
}

/** Gives the primary part of a language tag in lower case, `de` for `de-DE`; null where it is no tag. */
export function primaryLanguage(tag: string | null): string | null {
  const primary = /^[a-z]{2,3}(?=$|[-_])/i.exec(tag ?? '');
  return primary ? primary[0].toLowerCase() : null;
}
