import { type FieldKind, type JsonSchema, kindOf } from './json-schema.js';

/** A value that cannot be what the field asks for; `message` says what is expected. */
export class ValueError extends Error {
  readonly code = 'cli/value';
}

/** Reads what was typed as the value that the field's schema asks for. Ranges are the server's to judge. */
export function readValue(text: string, schema: JsonSchema): unknown {
  const kind = kindOf(schema);
  switch (kind) {
    case 'text':
      return text;
    case 'list':
      return readList(text, schema);
    case 'boolean':
      return readBoolean(text);
    case 'integer':
    case 'number':
      return readNumber(text, kind);
    case 'json':
      return readJson(text);
  }
}

function readList(text: string, schema: JsonSchema): unknown[] {
  if (text.trimStart().startsWith('[')) {
    const value = readJson(text);
    if (Array.isArray(value)) return value;
  }
  const items = schema.items ?? {};
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return kindOf(items) === 'json' ? parts : parts.map((part) => readValue(part, items));
}

function readBoolean(text: string): boolean {
  const value = { true: true, yes: true, '1': true, false: false, no: false, '0': false }[text.toLowerCase()];
  if (value === undefined) throw new ValueError(`expected true or false, not ${JSON.stringify(text)}`);
  return value;
}

function readNumber(text: string, kind: 'integer' | 'number'): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || (kind === 'integer' && !Number.isInteger(value))) {
    const expected = kind === 'integer' ? 'a whole number' : 'a number';
    throw new ValueError(`expected ${expected}, not ${JSON.stringify(text)}`);
  }
  return value;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ValueError(`expected JSON, not ${JSON.stringify(text)}`);
  }
}

/** Says in a word or two what to type for a field, for the help. */
export function placeholder(kind: FieldKind): string {
  const words = { text: 'text', list: 'a,b', integer: 'n', number: 'n', json: 'json', boolean: '' };
  return words[kind];
}
