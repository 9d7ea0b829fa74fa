import { expect, it } from '@jest/globals';
import { sampleOf } from './sample-of-schema.js';

const SCHEMAS: Readonly<Record<string, unknown>> = {
  tree: {
    type: 'object',
    required: ['below'],
    properties: { below: { type: 'array', items: { $ref: 'tree' } } },
  },
};

it.each([
  [{ type: 'string', format: 'date-time' }, '2026-01-02T03:04:05.000Z'],
  [{ type: 'string', minLength: 6 }, 'textxx'],
  [{ type: ['string', 'null'] }, null],
  [{ enum: ['a', 'b'] }, 'a'],
  [{ const: 7 }, 7],
  [{ type: 'integer', minimum: 3 }, 3],
  [{ anyOf: [{ type: 'boolean' }, { type: 'null' }] }, false],
  [{ type: 'array', minItems: 2, items: { type: 'integer' } }, [0, 0]],
  [{ $ref: 'tree' }, { below: [] }],
  [{ type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: {} } }, { a: 'text' }],
])('makes a value for %j', (schema, value) => {
  expect(sampleOf(schema, (reference) => SCHEMAS[reference])).toEqual(value);
});
