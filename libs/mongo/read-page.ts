import type { Model, QueryFilter } from 'mongoose';
import { beyond, whole } from './beyond.js';
import type { Order } from './beyond.js';
import { readCursor, writeCursor } from './cursor.js';
import type { PlaceInList, ValueKind } from './cursor.js';

const DEFAULT_LIMIT = 50;
/** In bytes of JSON: a page must fit into one message of a broker, whatever its items hold. */
const LARGEST_PAGE = 600_000;

export interface PageQuery<R, D> {
  readonly model: Model<R>;
  readonly filter: QueryFilter<R>;
  /** What tells this list from others, where the filter does not stay the same from page to page. */
  readonly list?: unknown;
  /** Field to sort by, with `-` in front for descending. A date, a number or a text by the model's schema. */
  readonly sort: string;
  /** Fields to leave out of the reading. */
  readonly without?: readonly string[];
  /** How many items at most; 50 unless said otherwise. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly toDto: (record: R) => D;
}

export interface Page<D> {
  readonly items: D[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/**
 * Reads one page of a list from where the last one ended. The id breaks ties, so nothing comes twice or is left
 * out while the list stands still. A page ends early, with at least one item, when its items are large. Throws
 * BadCursorError.
 */
export async function readPage<R extends { _id: string }, D>(query: PageQuery<R, D>): Promise<Page<D>> {
  const { model, filter, sort, without = [], limit = DEFAULT_LIMIT, cursor, toDto } = query;
  const order = orderOf(model, sort);
  const list = [query.list ?? filter, sort];
  const stretches = cursor === undefined ? whole(order) : beyond(order, readCursor(list, order.kind, cursor));
  const direction = order.descending ? -1 : 1;
  const fields = Object.fromEntries(without.map((name) => [name, 0]));
  const records: R[] = [];
  for (const stretch of stretches) {
    if (records.length > limit) break;
    const found = model
      .find({ $and: [filter, stretch] } as QueryFilter<R>, fields)
      .sort({ [order.field]: direction, _id: direction })
      .limit(limit + 1 - records.length);
    records.push(...(await found.lean<R[]>()));
  }
  const items: D[] = [];
  let size = 0;
  let last: R | undefined;
  for (const record of records.slice(0, limit)) {
    const item = toDto(record);
    size += Buffer.byteLength(JSON.stringify(item));
    if (items.length > 0 && size > LARGEST_PAGE) break;
    items.push(item);
    last = record;
  }
  const more = last !== undefined && items.length < records.length;
  return { items, nextCursor: more && last ? writeCursor(list, placeOf(last, order.field)) : null };
}

const KINDS: Readonly<Record<string, ValueKind>> = { Date: 'date', Number: 'number', String: 'text' };

function orderOf<R>(model: Model<R>, sort: string): Order {
  const descending = sort.startsWith('-');
  const field = descending ? sort.slice(1) : sort;
  const path = model.schema.path(field);
  const kind = KINDS[path?.instance ?? ''];
  if (!kind) throw new TypeError(`a list of ${model.modelName} cannot be sorted by ${field}`);
  return { field, kind, descending, nullable: path.isRequired !== true };
}

function placeOf(record: { readonly _id: string }, field: string): PlaceInList {
  const value = (record as Record<string, unknown>)[field];
  const known = value instanceof Date || typeof value === 'number' || typeof value === 'string';
  return { value: known ? value : null, id: record._id };
}
