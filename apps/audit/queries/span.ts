import type { OneOrMore } from '#libs/contracts';
import { BadQueryError } from './errors.js';

/** Gives the filter of a span of time; either end may be open. Throws BadQueryError when it ends before it begins. */
export function createdWithin(from: string | undefined, to: string | undefined): { createdAt?: object } {
  if (from === undefined && to === undefined) return {};
  const begin = from === undefined ? undefined : new Date(from);
  const end = to === undefined ? undefined : new Date(to);
  if (begin && end && end <= begin) throw new BadQueryError('to', to, 'must be later than from');
  return { createdAt: { ...(begin ? { $gte: begin } : {}), ...(end ? { $lt: end } : {}) } };
}

/** Leaves out what was not asked for. */
export function given<T extends object>(filter: T): T {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as T;
}

/** Gives the filter for one of several values. One alone is asked for as it is, so that its index keeps the order. */
export function anyOf<T extends string>(values: OneOrMore<T> | undefined): T | { $in: T[] } | undefined {
  if (values === undefined) return undefined;
  const all = [...new Set([values].flat() as T[])];
  return all.length === 1 ? all[0] : { $in: all };
}
