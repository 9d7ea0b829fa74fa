import { isSeq } from 'yaml';
import { RUN_ENDS, WEBHOOK_SCHEMES, type RunEnd, type Trigger } from '../trigger.js';
import { kindOf, type Entries, type YamlReader } from './yaml-reader.js';

/** Each trigger has just one of these, which says what it listens to. */
const KINDS = ['event', 'run', 'webhook'] as const;
const KEYS = [...KINDS, 'on', 'scheme', 'where', 'parameters'] as const;
/** Keys that mean something to one kind alone. */
const BELONGS = { on: 'run', scheme: 'webhook' } as const;

/** Reads what starts a deployment beside its schedule; undefined where something about it is wrong. */
export function readTriggers(node: unknown, reader: YamlReader): Trigger[] | undefined {
  const held = reader.resolved(node);
  if (reader.scalar(node)?.value === null) return [];
  if (!isSeq(held))
    return reader.wrong(
      node,
      `triggers must be a list, such as [{ event: order.created }]; it is ${kindOf(held)}`,
    );
  const triggers = held.items.map((item) => readTrigger(item, reader));
  return triggers.every((trigger) => trigger !== undefined) ? triggers : undefined;
}

function readTrigger(node: unknown, reader: YamlReader): Trigger | undefined {
  const before = reader.problems.length;
  const entries = reader.mapping(node, 'a trigger', KEYS);
  if (!entries) return undefined;
  const [kind, another] = KINDS.filter((key) => entries.has(key));
  if (kind === undefined) {
    // A key that was mistyped is told already.
    return reader.problems.length > before
      ? undefined
      : reader.wrong(node, `a trigger lacks what it listens to: one of ${KINDS.join(', ')}`);
  }
  if (another !== undefined)
    return reader.wrong(
      entries.get(another)!.key,
      `a trigger has ${kind} already: ${another} stands in one of its own`,
    );
  for (const [key, owner] of Object.entries(BELONGS))
    if (entries.has(key) && owner !== kind)
      reader.wrong(entries.get(key)!.key, `${key} means nothing beside ${kind}`);
  const named = reader.text(entries.get(kind)!.value, kind);
  const common = {
    ...objectAt('where', entries, reader),
    ...objectAt('parameters', entries, reader),
  };
  const on = entries.get('on');
  const scheme = entries.get('scheme');
  const ends = on && readEnds(on.value, reader);
  const signed = scheme && reader.oneOf(scheme.value, 'scheme', WEBHOOK_SCHEMES);
  if (named === undefined || reader.problems.length > before) return undefined;
  if (kind === 'event') return { event: named, ...common };
  if (kind === 'run') return { run: named, ...(ends ? { on: ends } : {}), ...common };
  return { webhook: named, ...(signed ? { scheme: signed } : {}), ...common };
}

/** Reads one end, or a list of them. */
function readEnds(node: unknown, reader: YamlReader): RunEnd[] | undefined {
  const held = reader.resolved(node);
  const items: readonly unknown[] = isSeq(held) ? held.items : [node];
  if (items.length === 0) return reader.wrong(node, `on must name at least one of ${RUN_ENDS.join(', ')}`);
  const ends = items.map((item) => reader.oneOf(item, 'on', RUN_ENDS));
  return ends.every((end) => end !== undefined) ? ends : undefined;
}

function objectAt<K extends 'where' | 'parameters'>(
  key: K,
  entries: Entries,
  reader: YamlReader,
): { readonly [key in K]?: Record<string, unknown> } {
  const entry = entries.get(key);
  const read = entry && reader.object(entry.value, key);
  return read === undefined ? {} : ({ [key]: read } as { [key in K]: Record<string, unknown> });
}
