import { LRUCache } from 'lru-cache';
import type { DtoClass } from '#libs/operations';
import { readQuery } from './read-query.js';
import type { RawQuery } from './read-query.js';

/** Of the queries of one class, in characters. */
const MOST_KEPT = 100_000;

/** What was read of late, by class and by the query as the server has parsed it: addresses can be cut in more than one way. */
const recent = new WeakMap<DtoClass, LRUCache<string, object>>();

/**
 * Reads a query, or gives what it was read as before: pages ask for the same few lists again and again, and their
 * rules take a tenth of the time that a list takes. Nobody may change what it gives. Throws as `readQuery` does.
 */
export async function readRecent(dto: DtoClass, raw: RawQuery): Promise<object> {
  const sent = JSON.stringify(raw);
  let known = recent.get(dto);
  if (!known) {
    known = new LRUCache({ maxSize: MOST_KEPT, sizeCalculation: (_, text) => text.length });
    recent.set(dto, known);
  }
  const before = known.get(sent);
  if (before) return before;
  const query = await readQuery(dto, raw);
  for (const value of Object.values(query)) if (Array.isArray(value)) Object.freeze(value);
  known.set(sent, Object.freeze(query));
  return query;
}
