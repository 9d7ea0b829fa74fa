import type { SalaryPeriod } from './posting.js';

/** What boards write for the time that a pay is for, English and German. */
const PERIODS: readonly (readonly [RegExp, SalaryPeriod])[] = [
  [/\bhour|\bhr\b|stunde|\bstd\b/i, 'hour'],
  [/\bday|\bdaily|\btag\b|täglich/i, 'day'],
  [/\bweek|woche|wöchentlich/i, 'week'],
  [/\bmonth|monat/i, 'month'],
  [/\byear|\bannual|\bannum|jahr|jährlich|\bp\.\s?a\./i, 'year'],
];

/** Reads the period that a text names; null where it names none. */
export function periodOf(text: string | null | undefined): SalaryPeriod | null {
  if (!text) return null;
  return PERIODS.find(([pattern]) => pattern.test(text.replace(/[-_]/g, ' ')))?.[1] ?? null;
}
