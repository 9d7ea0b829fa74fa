import type { DocumentLanguage } from '#libs/contracts';
import { cleanLine, paragraphsOf } from './clean-text.js';
import { monthOf } from './dates.js';
import type { Line, Part } from './document-model.js';
import { say } from './phrases.js';
import type { PhraseName } from './phrases.js';
import { valueAt } from './resume-path.js';
import { addressText, linkOf } from './web-address.js';

const FIRST_LETTER = /\p{Letter}/u;
const FROM_THE_RIGHT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** Puts parts together; null where there is nothing to read. */
export function lineOf(parts: readonly Part[], href?: string): Line | null {
  const text = parts.map((part) => part.text).join('');
  if (text.trim() === '') return null;
  const rtl = FROM_THE_RIGHT.test(FIRST_LETTER.exec(text)?.[0] ?? '');
  return { text, parts, ...(href === undefined ? {} : { href }), ...(rtl ? { rtl } : {}) };
}

/** The ways in which a value of the profile may stand in a document. */
export function shownAs(
  value: unknown,
  as: 'text' | 'month' | 'address',
  language: DocumentLanguage,
): string[] {
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'string') return [];
  if (as === 'month') return [monthOf(cleanLine(value), language)];
  if (as === 'address') return [addressText(value)];
  return [cleanLine(value), ...paragraphsOf(value)];
}

/** Reads a résumé as the words of one language, each with the path that it comes from. */
export class ResumeWords {
  constructor(
    readonly resume: Readonly<Record<string, unknown>>,
    readonly language: DocumentLanguage,
  ) {}

  /** The entries of a list such as `work`, by their paths; what is no object is left out. */
  list(path: string): string[] {
    const value = valueAt(this.resume, path);
    if (!Array.isArray(value)) return [];
    return value.map((_, index) => `${path}[${index}]`);
  }

  text(path: string): string {
    return this.part(path)[0]?.text ?? '';
  }

  part(path: string, as: 'text' | 'month' | 'address' = 'text'): Part[] {
    const [text = ''] = shownAs(valueAt(this.resume, path), as, this.language);
    return text === '' ? [] : [{ from: 'profile', text, path, as }];
  }

  line(path: string): Line | null {
    return lineOf(this.part(path));
  }

  /** A text of several paragraphs, each as a line of its own. */
  paragraphs(path: string): Line[] {
    const value = valueAt(this.resume, path);
    if (typeof value !== 'string') return [];
    return paragraphsOf(value).flatMap((text) => lineOf([{ from: 'profile', text, path, as: 'text' }]) ?? []);
  }

  lines(path: string): Line[] {
    return this.list(path).flatMap((item) => this.line(item) ?? []);
  }

  /** An address of the web, linked where it is safe to follow. */
  address(path: string): Line | null {
    const value = valueAt(this.resume, path);
    return typeof value === 'string' ? lineOf(this.part(path, 'address'), linkOf(value)) : null;
  }

  say(name: PhraseName, values: Readonly<Record<string, readonly Part[]>> = {}): Line | null {
    return lineOf(say(this.language, name, values));
  }

  /** Two parts by a phrase such as `pair`, or the one that there is. */
  both(name: PhraseName, first: readonly Part[], second: readonly Part[]): Part[] {
    if (first.length === 0 || second.length === 0) return [...first, ...second];
    return say(this.language, name, { first, second });
  }

  /** Several parts with commas between them. */
  joined(parts: readonly (readonly Part[])[]): Part[] {
    return parts.reduce<Part[]>((all, part) => this.both('pair', all, part), []);
  }

  period(entry: string): Line | null {
    const start = this.part(`${entry}.startDate`, 'month');
    const end = this.part(`${entry}.endDate`, 'month');
    if (start.length === 0) return end.length === 0 ? null : this.say('until', { end });
    if (end.length === 0) return this.say('ongoing', { start });
    return start[0]?.text === end[0]?.text ? lineOf(end) : this.say('period', { start, end });
  }
}
