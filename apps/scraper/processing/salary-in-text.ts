import type { Salary, SalaryPeriod } from '../sources/posting.js';

const SIGNS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  eur: 'EUR',
  euro: 'EUR',
  $: 'USD',
  usd: 'USD',
  '£': 'GBP',
  gbp: 'GBP',
  chf: 'CHF',
};
const CURRENCY = String.raw`€|\$|£|EUR(?:O)?\b|USD\b|GBP\b|CHF\b`;
const FIGURE = String.raw`\d{1,3}(?:[.,' ]\d{3}){1,2}|\d{4,6}|\d{2,3}(?:[.,]\d{1,2})?[kK]?`;
const AMOUNT = String.raw`(?<before>${CURRENCY})? ?(?<low>${FIGURE})(?<k>[kK])?(?:,-+)? ?(?<mid>${CURRENCY})?`;
const RANGE = String.raw`(?: ?(?:-|–|—|bis|to|und|and) ?(?:${CURRENCY})? ?(?<high>${FIGURE})(?<k2>[kK])?(?:,-+)? ?(?<after>${CURRENCY})?)?`;
const PAY = new RegExp(`(?<![\\d.,])${AMOUNT}${RANGE}`, 'giu');

const ABOUT_PAY =
  /gehalt|salary|compensation|brutto|gross|vergütung|verdienst|jahresgehalt|pay range|base pay|lohn/i;
const PERIODS: readonly (readonly [RegExp, SalaryPeriod])[] = [
  [/pro stunde|je stunde|stundenlohn|\/ ?(?:h|std|stunde|hour|hr)\b|per hour|an hour|hourly/i, 'hour'],
  [/pro monat|monatlich|im monat|\/ ?(?:monat|month)\b|per month|a month|monthly/i, 'month'],
  [
    /pro jahr|jährlich|jahres|im jahr|p\. ?a\.|\/ ?(?:jahr|year|yr)\b|per year|per annum|a year|annual|yearly/i,
    'year',
  ],
];
const LONGEST_LINE = 400;

/**
 * Reads the salary that a text names. Only from a line that is about pay and names one currency and one range or
 * figure; null in every other case, for a wrong salary is worse than none.
 */
export function salaryInText(text: string): Salary | null {
  for (const line of text.split('\n')) {
    if (line.length > LONGEST_LINE || !ABOUT_PAY.test(line)) continue;
    const found = readLine(line);
    if (found) return found;
  }
  return null;
}

function readLine(line: string): Salary | null {
  const read = [...line.matchAll(PAY)].flatMap(({ groups = {} }) => {
    const sign = groups.before ?? groups.mid ?? groups.after;
    const currency = sign === undefined ? undefined : SIGNS[sign.toLowerCase()];
    const low = figureOf(groups.low, groups.k ?? groups.k2);
    return currency === undefined || low === null
      ? []
      : [{ currency, min: low, max: figureOf(groups.high, groups.k2) }];
  });
  const [only, ...others] = read;
  if (!only || others.length > 0) return null;
  const period = PERIODS.find(([words]) => words.test(line))?.[1] ?? null;
  return { ...only, period };
}

function figureOf(text: string | undefined, k: string | undefined): number | null {
  if (text === undefined) return null;
  const thousands = /[kK]$/.test(text) || k !== undefined ? 1_000 : 1;
  const bare = text.replace(/[kK]$/, '');
  const grouped = /^\d{1,3}(?:[.,' ]\d{3})+$/.test(bare);
  const figure = Number(grouped ? bare.replace(/[.,' ]/g, '') : bare.replace(',', '.'));
  return Number.isFinite(figure) ? figure * thousands : null;
}
