import {
  readTemplate,
  UnreadableExpression,
  type Reference,
  type Root,
  type Template,
} from './expression.js';

/** How expressions are filled in. */
export interface Filling {
  readonly root: Root;
  /** Gives what an expression names; throws where there is nothing like it. */
  readonly valueOf: (reference: Reference) => unknown;
  /** Makes the error that says what is wrong about an expression. */
  readonly refused: (expression: string, why: string) => Error;
}

/**
 * Replaces each expression in a value by what it names. One that is a whole value keeps its type; inside a text only
 * texts, numbers, true and false can stand, and null as nothing. Throws what `refused` makes.
 */
export function fillTemplate(value: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return filledText(value, filling);
  if (Array.isArray(value)) return value.map((item) => fillTemplate(item, filling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, fillTemplate(inner, filling)]),
  );
}

/** Finds what lies under a path; otherwise tells what is there instead. `where` is how the value itself is named. */
export function lookUp(
  held: unknown,
  path: Reference['path'],
  where: string,
): { readonly value: unknown } | { readonly missing: string } {
  let value = held;
  let at = where;
  for (const part of path) {
    const inner = partOf(value, part);
    if (inner === undefined) return { missing: missing(at, value) };
    value = inner.value;
    at += typeof part === 'number' ? `[${part}]` : `.${part}`;
  }
  return { value };
}

function filledText(text: string, filling: Filling): unknown {
  const pieces = templateOf(text, filling);
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined && typeof first !== 'string') return filling.valueOf(first);
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : asText(filling.valueOf(piece), piece, filling)))
    .join('');
}

function templateOf(text: string, { root, refused }: Filling): Template {
  try {
    return readTemplate(text, root);
  } catch (error) {
    if (error instanceof UnreadableExpression) throw refused(error.text, error.why);
    throw error;
  }
}

function partOf(value: unknown, part: string | number): { readonly value: unknown } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    if (part === 'length') return { value: value.length };
    return typeof part === 'number' && part < value.length ? { value: value[part] } : undefined;
  }
  return Object.hasOwn(value, part)
    ? { value: (value as Readonly<Record<string | number, unknown>>)[part] }
    : undefined;
}

function missing(where: string, value: unknown): string {
  if (Array.isArray(value)) return `${where} is a list of ${value.length}`;
  if (typeof value !== 'object' || value === null)
    return `${where} is ${value === null ? 'null' : `a ${typeof value}`}`;
  const fields = Object.keys(value);
  return `${where} has ${fields.length === 0 ? 'no fields' : fields.join(', ')}`;
}

function asText(value: unknown, { text }: Reference, { refused }: Filling): string {
  if (value === null) return '';
  if (typeof value === 'object' || value === undefined)
    throw refused(
      text,
      `is ${Array.isArray(value) ? 'a list' : 'an object'}: inside a text only texts and numbers can stand`,
    );
  return typeof value === 'string' ? value : JSON.stringify(value);
}
