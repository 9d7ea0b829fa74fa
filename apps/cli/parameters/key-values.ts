import { UsageError } from '../terminal/cli-error.js';
import { type JsonSchema, resolveRef } from './json-schema.js';
import { readValue, ValueError } from './read-value.js';

/** Reads `key=value` pairs; a dot in the key leads into an object, as in `query.location=Berlin`. */
export function readKeyValues(pairs: readonly string[], schema: JsonSchema): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) {
      throw new UsageError(`--param ${pair}: expected key=value`, 'for example --param limit=5');
    }
    const path = pair.slice(0, at).split('.');
    try {
      place(read, path, valueOf(pair.slice(at + 1), schemaAt(path, schema)));
    } catch (error) {
      if (error instanceof ValueError) throw new UsageError(`--param ${path.join('.')}: ${error.message}`);
      throw error;
    }
  }
  return read;
}

// The server names unknown fields; until then a value is taken as JSON where it is, and as text otherwise.
function valueOf(text: string, schema: JsonSchema | undefined): unknown {
  if (schema !== undefined) return readValue(text, schema);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function schemaAt(path: readonly string[], document: JsonSchema): JsonSchema | undefined {
  let schema: JsonSchema | undefined = document;
  for (const key of path) {
    const field: JsonSchema | undefined = Object.hasOwn(schema.properties ?? {}, key)
      ? schema.properties?.[key]
      : undefined;
    if (field === undefined) return undefined;
    schema = resolveRef(field, document);
  }
  return schema;
}

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    define(target, key, value);
    return;
  }
  const inner = Object.hasOwn(target, key) ? target[key] : undefined;
  const object = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  define(target, key, object);
  place(object, rest, value);
}

// Defined, not assigned, so that a key such as __proto__ is a field like any other.
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
