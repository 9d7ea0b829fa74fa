import type { YearlySalaryDto } from '#libs/contracts';
import type { Salary, SalaryPeriod } from '../sources/posting.js';

/** Of a full-time year of 52 paid weeks of 40 hours. */
const A_YEAR: Readonly<Record<SalaryPeriod, number>> = {
  year: 1,
  month: 12,
  week: 52,
  day: 260,
  hour: 2_080,
};

/** What a year may bring where the figures are to be believed: cents, points and typing errors fall outside. */
const LEAST = 1_000;
const MOST = 5_000_000;
/** Currencies whose units are small, so that the bounds above would be wrong. */
const SMALL_UNITS = new Set([
  'JPY',
  'KRW',
  'HUF',
  'INR',
  'CLP',
  'COP',
  'IDR',
  'VND',
  'ISK',
  'RSD',
  'KZT',
  'NGN',
]);

/**
 * Turns a salary into that of a full-time year before tax. Null where the currency is unknown, where the period is
 * and the figures do not tell it, or where the result is not to be believed.
 */
export function yearlySalary(salary: Salary | null): YearlySalaryDto | null {
  const currency = salary?.currency?.toUpperCase() ?? '';
  if (!salary || !/^[A-Z]{3}$/.test(currency)) return null;
  const figures = [salary.min, salary.max].filter((figure) => figure !== null && figure > 0) as number[];
  const least = Math.min(...figures);
  const period = salary.period ?? (figures.length > 0 ? likelyPeriod(least, currency) : null);
  if (!period) return null;
  const [min, max] = [yearly(salary.min, period), yearly(salary.max, period)];
  if (min === null && max === null) return null;
  const believed = [min, max].every((figure) => figure === null || isBelievable(figure, currency));
  if (!believed) return null;
  return min !== null && max !== null && min > max
    ? { min: max, max: min, currency }
    : { min, max, currency };
}

const yearly = (figure: number | null, period: SalaryPeriod): number | null =>
  figure === null || !Number.isFinite(figure) || figure <= 0 ? null : Math.round(figure * A_YEAR[period]);

/** Only what is beyond doubt: no month's pay is as high, no year's as low. */
function likelyPeriod(figure: number, currency: string): SalaryPeriod | null {
  if (SMALL_UNITS.has(currency)) return null;
  if (figure >= 20_000) return 'year';
  return figure >= 1_500 && figure < 8_000 ? 'month' : null;
}

const isBelievable = (figure: number, currency: string): boolean =>
  figure >= LEAST && (SMALL_UNITS.has(currency) || figure <= MOST);
