import { periodOf } from './period.js';
import type { Salary } from './posting.js';

const CURRENCIES: readonly (readonly [RegExp, string])[] = [
  [/€|\beur\b/i, 'EUR'],
  [/£|\bgbp\b/i, 'GBP'],
  [/\bchf\b/i, 'CHF'],
  [/\bcad\b|c\$/i, 'CAD'],
  [/\baud\b|a\$/i, 'AUD'],
  [/\$|\busd\b/i, 'USD'],
];

const AMOUNT = /(\d{1,3}(?:[.,’' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)\s*(k\b)?/gi;
/** A pay above this is for a year where the text names no period. */
const SURELY_YEARLY = 12_000;

/**
 * Reads pay that a board writes as text, such as "$45,000 - $50,000", "From $22.38 an hour" or "45.000 € pro Jahr".
 * Null where it names no amount.
 */
export function salaryFromText(text: string): Salary | null {
  const found = [...text.matchAll(AMOUNT)].slice(0, 2);
  const last = found.at(-1);
  if (!last) return null;
  // "70 - 90k" means thousands twice.
  const thousands = last[2] !== undefined;
  const [first, second] = found.map(([, digits = '', k]) => numberOf(digits) * (k || thousands ? 1_000 : 1));
  if (first === undefined || !first) return null;
  const currency = CURRENCIES.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  const period = periodOf(text) ?? (Math.max(first, second ?? 0) >= SURELY_YEARLY ? 'year' : null);
  const shared = { currency, period };
  if (second !== undefined && second > 0)
    return { min: Math.min(first, second), max: Math.max(first, second), ...shared };
  if (/up to|\bbis\b|maximum|höchstens/i.test(text)) return { min: null, max: first, ...shared };
  if (/from|\bab\b|starting|mindestens|minimum/i.test(text)) return { min: first, max: null, ...shared };
  return { min: first, max: first, ...shared };
}

/** "45.000", "45,000.50" and "22,38" as numbers: a mark before exactly three digits groups, any other is decimal. */
function numberOf(text: string): number {
  const grouped = text.replace(/[.,’' ](?=\d{3}(\D|$))/g, '');
  return Number(grouped.replace(',', '.'));
}
