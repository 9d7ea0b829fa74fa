import { Ajv } from 'ajv';
import type { ErrorObject, SchemaObject, ValidateFunction } from 'ajv';
import { SchemaChangedError } from './schema-changed.js';

const ajv = new Ajv({ strict: true, allowUnionTypes: true, verbose: true });

/** Checks a value and returns it typed. `at` is where the value stands in the answer. */
export type Shape<T> = (value: unknown, at?: string) => T;

/**
 * Makes a JSON Schema a check that throws SchemaChangedError with place, expectation and finding. Compiled when it is
 * first used: a start should not wait for every board's schema.
 */
export function shape<T>(schema: SchemaObject): Shape<T> {
  let validate: ValidateFunction<T> | undefined;
  return (value, at = '') => {
    validate ??= ajv.compile<T>(schema);
    if (validate(value)) return value;
    const first = validate.errors?.[0];
    if (!first) throw new SchemaChangedError(at, 'another shape', value);
    throw new SchemaChangedError(...placeAndWords(first, at));
  };
}

function placeAndWords(error: ErrorObject, at: string): [path: string, expected: string, found: unknown] {
  const path = (at + dotted(error.instancePath)).replace(/^\./, '');
  if (error.keyword === 'required') {
    const field = String((error.params as { missingProperty: string }).missingProperty);
    return [path, `the field ${field}`, error.data];
  }
  return [path, (error.message ?? error.keyword).replace(/^must be /, 'a value that is '), error.data];
}

/** `/data/3/title` as `.data[3].title`. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('');
}
