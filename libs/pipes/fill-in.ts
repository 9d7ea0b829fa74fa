import { ExpressionError } from './errors.js';
import { readTemplate, UnreadableExpression, type Reference, type Template } from './expression.js';

/** What the steps so far have given, by their ids. */
export type Outputs = ReadonlyMap<string, unknown>;

/**
 * Makes a step's input: each expression is replaced by what it names. One that is a whole value keeps its type; inside
 * a text only texts, numbers, true and false can stand, and null as nothing. Throws ExpressionError.
 */
export function fillIn(value: unknown, outputs: Outputs, step: string): unknown {
  if (typeof value === 'string') return filledText(value, outputs, step);
  if (Array.isArray(value)) return value.map((item) => fillIn(item, outputs, step));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, fillIn(inner, outputs, step)]),
  );
}

function filledText(text: string, outputs: Outputs, step: string): unknown {
  const pieces = templateOf(text, step);
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined && typeof first !== 'string')
    return valueOf(first, outputs, step);
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : asText(valueOf(piece, outputs, step), piece, step)))
    .join('');
}

function templateOf(text: string, step: string): Template {
  try {
    return readTemplate(text);
  } catch (error) {
    if (error instanceof UnreadableExpression) throw new ExpressionError(step, error.text, error.why);
    throw error;
  }
}

function valueOf({ text, step: of, path }: Reference, outputs: Outputs, step: string): unknown {
  if (!outputs.has(of)) {
    const known = [...outputs.keys()].join(', ') || 'none';
    throw new ExpressionError(step, text, `names no step that has given something; there are ${known}`);
  }
  let value = outputs.get(of);
  let where = `steps.${of}`;
  for (const part of path) {
    const inner = partOf(value, part);
    if (inner === undefined)
      throw new ExpressionError(step, text, `cannot be found: ${missing(where, value)}`);
    value = inner.value;
    where += typeof part === 'number' ? `[${part}]` : `.${part}`;
  }
  return value;
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

function asText(value: unknown, { text }: Reference, step: string): string {
  if (value === null) return '';
  if (typeof value === 'object' || value === undefined)
    throw new ExpressionError(
      step,
      text,
      `is ${Array.isArray(value) ? 'a list' : 'an object'}: inside a text only texts and numbers can stand`,
    );
  return typeof value === 'string' ? value : JSON.stringify(value);
}
