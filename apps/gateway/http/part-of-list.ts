import { BadQueryError } from '../problems/errors.js';

/** The most items of a page, and what a list in memory gives where nobody says how many. */
export const MOST_ITEMS = 500;

/** Which part of a list is asked for. */
export interface PartAsked {
  readonly limit?: number;
  readonly cursor?: string;
  /** A field, or `-` and a field. */
  readonly sort?: string;
}

type Value = string | number | null;

/** How a list can be sorted: what each field holds, the one that counts unless said otherwise, and what tells items apart. */
export interface Sorting<T> {
  readonly by: Readonly<Record<string, (item: T) => Value>>;
  readonly standard: string;
  readonly idOf: (item: T) => string | number;
}

/** Names every way in which a list can be sorted. */
export const sortsOf = (fields: readonly string[]): string[] =>
  fields.flatMap((field) => [field, `-${field}`]);

/** Gives one part of a list that is there whole, as services do of theirs. Throws BadQueryError on a strange cursor. */
export function partOf<T>(
  items: readonly T[],
  { limit = MOST_ITEMS, cursor, sort }: PartAsked,
  { by, standard, idOf }: Sorting<T>,
): { readonly items: readonly T[]; readonly nextCursor: string | null } {
  const order = sort ?? standard;
  const descending = order.startsWith('-');
  const valueOf = by[descending ? order.slice(1) : order];
  if (!valueOf) throw new TypeError(`a list cannot be sorted by ${order}`);
  const placed = items
    .map((item) => ({ item, place: [valueOf(item), idOf(item)] as const }))
    .sort((a, b) => compare(a.place, b.place) * (descending ? -1 : 1));
  const after = cursor === undefined ? undefined : readCursor(order, cursor);
  const rest = after
    ? placed.filter(({ place }) => compare(place, after) * (descending ? -1 : 1) > 0)
    : placed;
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ item }) => item),
    nextCursor: last && rest.length > limit ? writeCursor(order, last.place) : null,
  };
}

type Place = readonly [Value, string | number];

function compare([a, aId]: Place, [b, bId]: Place): number {
  return compareValues(a, b) || compareValues(aId, bId);
}

/** Nothing is smaller than null, as in the lists of the services. */
function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

const writeCursor = (order: string, place: Place): string =>
  Buffer.from(JSON.stringify([order, ...place])).toString('base64url');

function readCursor(order: string, cursor: string): Place {
  const refuse = (message: string): never => {
    throw new BadQueryError([{ field: 'cursor', value: cursor, message }]);
  };
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return refuse('must be the nextCursor of an earlier page');
  }
  if (!Array.isArray(parts) || parts.length !== 3) return refuse('must be the nextCursor of an earlier page');
  const [sorted, value, id] = parts as unknown[];
  if (sorted !== order) return refuse('must come from a page with the same sorting');
  const isPlace = (value === null || isPlain(value)) && isPlain(id);
  return isPlace ? ([value, id] as Place) : refuse('must be the nextCursor of an earlier page');
}

const isPlain = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';
