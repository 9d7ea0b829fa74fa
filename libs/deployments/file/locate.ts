import { isMap, isSeq } from 'yaml';
import type { Place } from './problems.js';
import type { YamlReader } from './yaml-reader.js';

/** A part of a specification and the node that it was made from; the key where it has one. */
export interface Origin {
  /** Such as `parameters.steps`; empty for the whole. */
  readonly field: string;
  readonly node: unknown;
  readonly key?: unknown;
}

/** How fields are called in a file where that is not their own name. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  timeZone: ['timezone'],
  intervalSeconds: ['every', 'interval_seconds'],
};

/** Finds the place in the file that a field of a specification comes from: the nearest thing around it that there is. */
export function locate(field: string, origins: readonly Origin[], reader: YamlReader): Place {
  const nearest = origins
    .filter((origin) => rest(field, origin.field) !== undefined)
    .sort((a, b) => b.field.length - a.field.length)[0];
  if (!nearest) return { line: 1, column: 1 };
  const parts = (rest(field, nearest.field) ?? '').match(/[^.[\]]+/g) ?? [];
  let at: unknown = nearest.key ?? nearest.node;
  let held = reader.resolved(nearest.node);
  for (const part of parts) {
    if (isSeq(held) && /^\d+$/.test(part)) {
      const item = held.items[Number(part)];
      if (item === undefined) break;
      at = item;
      held = reader.resolved(item);
    } else if (isMap(held)) {
      const entries = reader.entriesOf(held);
      const entry = [part, ...(WRITTEN[part] ?? [])].map((key) => entries.get(key)).find(Boolean);
      // A pipe of one step stands there without a list around it.
      if (!entry && part === '0') continue;
      if (!entry) break;
      at = entry.key;
      held = reader.resolved(entry.value);
    } else break;
  }
  return reader.placeOf(at);
}

/** What is left of a path behind another; undefined where it does not begin with it. */
function rest(field: string, head: string): string | undefined {
  if (head === '') return field;
  if (!field.startsWith(head)) return undefined;
  const left = field.slice(head.length);
  return left === '' || /^[.[]/.test(left) ? left : undefined;
}
