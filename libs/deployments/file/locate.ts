import { isMap, isSeq } from 'yaml';
import type { Place } from './problems.js';
import type { Entries, Entry, YamlReader } from './yaml-reader.js';

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
  let parts: readonly string[] = (rest(field, nearest.field) ?? '').match(/[^.[\]]+/g) ?? [];
  let at: unknown = nearest.key ?? nearest.node;
  let held = reader.resolved(nearest.node);
  for (let [part] = parts; part !== undefined; [part] = parts) {
    if (isSeq(held) && /^\d+$/.test(part)) {
      const item = held.items[Number(part)];
      if (item === undefined) break;
      at = item;
      held = reader.resolved(item);
      parts = parts.slice(1);
    } else if (isMap(held)) {
      const found = entryAt(parts, reader.entriesOf(held));
      // A pipe of one step stands there without a list around it.
      if (!found && part !== '0') break;
      parts = parts.slice(found?.taken ?? 1);
      if (!found) continue;
      at = found.entry.key;
      held = reader.resolved(found.entry.value);
    } else break;
  }
  return reader.placeOf(at);
}

/** Finds the entry that a path leads to, and how many of its parts the key takes up: a key may hold dots itself. */
function entryAt(
  parts: readonly string[],
  entries: Entries,
): { readonly entry: Entry; readonly taken: number } | undefined {
  const [part = ''] = parts;
  for (const name of [part, ...(WRITTEN[part] ?? [])]) {
    const entry = entries.get(name);
    if (entry) return { entry, taken: 1 };
  }
  for (let taken = 2; taken <= parts.length; taken++) {
    const entry = entries.get(parts.slice(0, taken).join('.'));
    if (entry) return { entry, taken };
  }
  return undefined;
}

/** What is left of a path behind another; undefined where it does not begin with it. */
function rest(field: string, head: string): string | undefined {
  if (head === '') return field;
  if (!field.startsWith(head)) return undefined;
  const left = field.slice(head.length);
  return left === '' || /^[.[]/.test(left) ? left : undefined;
}
