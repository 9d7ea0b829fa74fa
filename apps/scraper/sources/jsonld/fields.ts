import { decodeEntities, oneLine } from '../field-readers.js';
import type { Salary, SalaryPeriod } from '../posting.js';
import { isRecord } from './read-json-ld.js';

/** schema.org fields come as a scalar or as a list: the first text, or null. */
export const textOf = (value: unknown): string | null => textsOf(value)[0] ?? null;

export function textsOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item): item is string => typeof item === 'string' && item.trim() !== '');
}

/** The name of a thing that may be written out or be its name alone. */
export function nameOf(value: unknown): string | null {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return isRecord(one) ? textOf(one.name) : textOf(one);
}

/** The places of a jobLocation: one or many, with an address written out, as text, or as a name. */
export function locationsOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const places = list.flatMap((place) => {
    if (!isRecord(place)) return textsOf(place);
    const address: unknown = Array.isArray(place.address) ? place.address[0] : place.address;
    if (!isRecord(address)) return textOf(address) ?? textOf(place.name) ?? [];
    const parts = [address.addressLocality, address.addressRegion, nameOf(address.addressCountry)];
    // Some sites write "-" where they know nothing.
    const said = parts.flatMap((part) => textOf(part) ?? []).filter((part) => /[\p{L}\p{N}]/u.test(part));
    return [...new Set(said)].join(', ');
  });
  return [...new Set(places.map((place) => oneLine(decodeEntities(place))).filter(Boolean))];
}

const PERIODS: Readonly<Record<string, SalaryPeriod>> = {
  HOUR: 'hour',
  HOURLY: 'hour',
  DAY: 'day',
  DAILY: 'day',
  WEEK: 'week',
  WEEKLY: 'week',
  MONTH: 'month',
  MONTHLY: 'month',
  YEAR: 'year',
  YEARLY: 'year',
  ANNUAL: 'year',
};

/** A MonetaryAmount with a range, a single value, or a bare number; null where there is no number. */
export function salaryOf(value: unknown): Salary | null {
  const amount: unknown = Array.isArray(value) ? value[0] : value;
  const whole = isRecord(amount) ? amount : { value: amount };
  const range: Record<string, unknown> = isRecord(whole.value) ? whole.value : whole;
  const single = numberOf(range.value);
  const min = numberOf(range.minValue) ?? single;
  const max = numberOf(range.maxValue) ?? single;
  if (min === null && max === null) return null;
  const unit = textOf(range.unitText) ?? textOf(whole.unitText) ?? '';
  return {
    min,
    max,
    currency: (textOf(whole.currency) ?? textOf(range.currency))?.toUpperCase() ?? null,
    period: PERIODS[unit.trim().toUpperCase()] ?? null,
  };
}

/** Reads 55000, "55000", "55,000.00" and "55.000"; null for anything else and for nothing at all. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? value : null;
  if (typeof value !== 'string') return null;
  const digits = value
    .trim()
    .replace(/[.,](?=\d{3}(?:\D|$))/g, '')
    .replace(',', '.');
  return /^\d+(\.\d+)?$/.test(digits) && Number(digits) > 0 ? Number(digits) : null;
}
