import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import { closest } from '#libs/closest-name';
import type { ParsedYaml } from './parse-yaml.js';
import type { FileProblem, Place } from './problems.js';

/** What an anchor used again and again may unfold to. */
const MOST_VALUES = 100_000;
const DEEPEST = 64;

/** A value of a mapping, with its key. */
export interface Entry {
  readonly key: Node;
  readonly value: unknown;
}
export type Entries = ReadonlyMap<string, Entry>;

/**
 * Reads nodes as what they are to be. What is not as expected becomes a problem with its place and undefined, so that
 * every mistake of a file is found in one reading.
 */
export class YamlReader {
  readonly problems: FileProblem[] = [];
  private values = 0;

  constructor(private readonly yaml: Pick<ParsedYaml, 'meant' | 'placeOf'>) {}

  wrong(node: unknown, message: string): undefined {
    this.problems.push({ ...this.placeOf(node), message });
    return undefined;
  }

  placeOf(node: unknown): Place {
    const range = isNode(node) ? node.range : undefined;
    return range ? this.yaml.placeOf(range[0]) : { line: 1, column: 1 };
  }

  /** Reads a mapping; keys that are not known are problems, with the one that was probably meant. */
  mapping(node: unknown, what: string, known: readonly string[], others?: RegExp): Entries | undefined {
    const map = this.resolved(node);
    if (!isMap(map))
      return this.wrong(node, `${what} must be a mapping, such as ${known[0]}: …; it is ${kindOf(map)}`);
    const entries = this.entriesOf(map);
    for (const [name, { key }] of entries) {
      if (known.includes(name) || others?.test(name)) continue;
      const meant = closest(name, known);
      this.wrong(
        key,
        `${what} has no key ${JSON.stringify(name)}; ${meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`}`,
      );
    }
    return entries;
  }

  /** Reads the items of a list. */
  list(node: unknown, what: string): readonly unknown[] | undefined {
    const seq = this.resolved(node);
    if (isSeq(seq)) return seq.items;
    return this.wrong(node, `${what} must be a list; it is ${kindOf(seq)}`);
  }

  text(node: unknown, what: string): string | undefined {
    const { value } = this.scalar(node) ?? {};
    if (typeof value === 'string' && value.trim() !== '') return value;
    return this.wrong(node, `${what} must be a text; it is ${kindOf(this.resolved(node))}`);
  }

  /** Reads a number, whole and from `least` on. */
  wholeNumber(node: unknown, what: string, least: number): number | undefined {
    const { value } = this.scalar(node) ?? {};
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    return this.wrong(
      node,
      `${what} must be a whole number from ${least}; it is ${kindOf(this.resolved(node))}`,
    );
  }

  number(node: unknown, what: string, least: number): number | undefined {
    const { value } = this.scalar(node) ?? {};
    if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
    return this.wrong(node, `${what} must be a number from ${least}; it is ${kindOf(this.resolved(node))}`);
  }

  yesOrNo(node: unknown, what: string): boolean | undefined {
    const { value } = this.scalar(node) ?? {};
    if (typeof value === 'boolean') return value;
    return this.wrong(node, `${what} must be true or false; it is ${kindOf(this.resolved(node))}`);
  }

  oneOf<T extends string>(node: unknown, what: string, choices: readonly T[]): T | undefined {
    const { value } = this.scalar(node) ?? {};
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    return this.wrong(
      node,
      `${what} must be one of ${choices.join(', ')}; it is ${kindOf(this.resolved(node))}`,
    );
  }

  /** Reads a mapping as the JSON object that it stands for. */
  object(node: unknown, what: string): Record<string, unknown> | undefined {
    const map = this.resolved(node);
    if (isMap(map)) return this.json(map) as Record<string, unknown> | undefined;
    return this.wrong(node, `${what} must be a mapping; it is ${kindOf(map)}`);
  }

  /** Reads anything as JSON. */
  json(node: unknown, depth = 0): unknown {
    if (depth > DEEPEST) return this.wrong(node, `values may lie at most ${DEEPEST} deep in each other`);
    this.count(node);
    const held = this.resolved(node);
    if (isSeq(held)) return held.items.map((item) => this.json(item, depth + 1));
    if (isMap(held))
      return Object.fromEntries(
        [...this.entriesOf(held)].map(([name, { value }]) => [name, this.json(value, depth + 1)]),
      );
    const value = isScalar(held) ? held.value : null;
    if (typeof value === 'number' && !Number.isFinite(value))
      return this.wrong(node, `${value} is no number that a parameter can have`);
    return value;
  }

  /** What a node stands for where it is an alias. */
  resolved(node: unknown): unknown {
    return isAlias(node) ? this.yaml.meant.get(node) : node;
  }

  scalar(node: unknown): Scalar | undefined {
    const held = this.resolved(node);
    return isScalar(held) ? held : undefined;
  }

  /** The entries of a mapping and of those that are merged into it, whose keys give way. */
  entriesOf(map: YAMLMap, depth = 0): Entries {
    const own = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const { key, value } of map.items) {
      this.count(key);
      const name = isScalar(key) ? key.value : undefined;
      if (isMerge(key)) {
        if (depth > DEEPEST) this.wrong(key, 'the merge never ends');
        else
          for (const source of this.mergedInto(value, key))
            for (const entry of this.entriesOf(source, depth + 1))
              if (!merged.has(entry[0])) merged.set(...entry);
      } else if (typeof name === 'string' || typeof name === 'number' || typeof name === 'boolean')
        own.set(String(name), { key: key as Node, value });
      else this.wrong(key, 'a key must be a text');
    }
    return new Map([...merged, ...own]);
  }

  private mergedInto(value: unknown, key: unknown): readonly YAMLMap[] {
    const held = this.resolved(value);
    const sources = isSeq(held) ? held.items.map((item) => this.resolved(item)) : [held];
    if (sources.every((source) => isMap(source))) return sources;
    this.wrong(key, '<< takes a mapping that has an anchor, or a list of them');
    return [];
  }

  private count(node: unknown): void {
    if (++this.values > MOST_VALUES) throw new TooMuchError(this.placeOf(node));
  }
}

/** Anchors that are used again and again unfold to more than is read. */
export class TooMuchError extends Error {
  constructor(readonly place: Place) {
    super(`the file unfolds to more than ${MOST_VALUES} values: an anchor is used too often`);
  }
}

const isMerge = (key: unknown): boolean =>
  isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol') && key.source === '<<';

/** Says what stands there, for the sentence that tells what should. */
export function kindOf(held: unknown): string {
  if (isMap(held)) return 'a mapping';
  if (isSeq(held)) return 'a list';
  const value = isScalar(held) ? held.value : null;
  if (value === null || value === undefined || value === '') return 'empty';
  return typeof value === 'string'
    ? `the text ${JSON.stringify(value.slice(0, 60))}`
    : `${value as number | boolean}`;
}
