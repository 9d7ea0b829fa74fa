import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../terminal/cli-error.js';
import { type JsonSchema, kindOf } from './json-schema.js';
import { readKeyValues } from './key-values.js';
import { readValue } from './read-value.js';
import { kebab } from './schema-options.js';
import { readSince } from './since.js';

const schema: JsonSchema = {
  type: 'object',
  properties: {
    limit: { type: 'integer' },
    ratio: { type: 'number' },
    notify: { type: 'boolean' },
    name: { type: 'string' },
    keywords: { oneOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }] },
    sizes: { type: 'array', items: { type: 'integer' } },
    query: { $ref: '#/definitions/Query' },
    metadata: { type: 'object' },
  },
  definitions: { Query: { type: 'object', properties: { location: { type: 'string' } } } },
};

describe('key=value pairs', () => {
  it('become what the schema asks for', () => {
    const pairs = ['limit=5', 'ratio=0.5', 'notify=no', 'name=7', 'keywords=a, b,,c', 'sizes=1,2'];
    expect(readKeyValues(pairs, schema)).toEqual({
      limit: 5,
      ratio: 0.5,
      notify: false,
      name: '7',
      keywords: ['a', 'b', 'c'],
      sizes: [1, 2],
    });
  });

  it('lead into objects by dots, and keep = in values', () => {
    expect(readKeyValues(['query.location=Köln', 'name=a=b', 'metadata={"x":1}'], schema)).toEqual({
      query: { location: 'Köln' },
      name: 'a=b',
      metadata: { x: 1 },
    });
  });

  it('take a list with commas in its items as JSON', () => {
    expect(readKeyValues(['keywords=["a,b"]'], schema)).toEqual({ keywords: ['a,b'] });
  });

  it('leave fields that the schema does not know to the server', () => {
    expect(readKeyValues(['other=3', 'more=text'], schema)).toEqual({ other: 3, more: 'text' });
  });

  it('reach no prototype', () => {
    const read = readKeyValues(['__proto__.polluted=yes'], schema);
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['limit', /--param limit: expected key=value/],
    ['=5', /expected key=value/],
    ['limit=five', /--param limit: expected a whole number, not "five"/],
    ['limit=1.5', /expected a whole number/],
    ['limit=', /expected a whole number/],
    ['notify=perhaps', /expected true or false/],
    ['metadata={', /expected JSON/],
  ])('are refused when %p', (pair, message) => {
    expect(() => readKeyValues([pair], schema)).toThrow(message);
    expect(() => readKeyValues([pair], schema)).toThrow(UsageError);
  });
});

describe('a field', () => {
  it('that may be a list or text is typed as a list', () => {
    expect(kindOf(schema.properties?.['keywords'] ?? {})).toBe('list');
  });

  it('of several types takes the easiest', () => {
    expect(kindOf({ type: ['string', 'null'] })).toBe('text');
    expect(kindOf({ enum: ['a', 'b'] })).toBe('text');
    expect(readValue('3', { anyOf: [{ type: 'null' }, { type: 'integer' }] })).toBe(3);
  });

  it('is named in kebab case', () => {
    expect(['fetchDetails', 'user_id', 'limit'].map(kebab)).toEqual(['fetch-details', 'user-id', 'limit']);
  });
});

describe('--since', () => {
  const now = Date.UTC(2026, 10, 21, 12);

  it.each([
    ['30m', '2026-11-21T11:30:00.000Z'],
    ['1h', '2026-11-21T11:00:00.000Z'],
    ['7d', '2026-11-14T12:00:00.000Z'],
    ['2026-11-01T09:00:00Z', '2026-11-01T09:00:00.000Z'],
    ['2026-11-01T09:00:00+01:00', '2026-11-01T08:00:00.000Z'],
  ])('%p is %p', (text, at) => {
    expect(readSince(text, now)).toBe(at);
  });

  it.each(['', '1', 'yesterday', '-1h', '1y', '2026-02-31', '2026-13-01', '21.11.2026'])(
    'refuses %p and says what it takes',
    (text) => {
      expect(() => readSince(text, now)).toThrow(/expected a span such as 30m, 1h or 7d/);
    },
  );
});
