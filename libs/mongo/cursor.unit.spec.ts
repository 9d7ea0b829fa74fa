import { describe, expect, it } from '@jest/globals';
import { beyond, whole } from './beyond.js';
import { readCursor, writeCursor } from './cursor.js';
import type { ValueKind } from './cursor.js';

const written = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A cursor of the list `list` with whatever value. */
const forged = (value: string): string => {
  const text = Buffer.from(writeCursor('list', { value: 0, id: 'a' }), 'base64url').toString();
  return Buffer.from(text.replace(',0,', `,${value},`)).toString('base64url');
};

describe('a cursor', () => {
  it.each([
    ['date', new Date(1_234)],
    ['number', 17.5],
    ['text', 'Straße'],
    ['text', null],
    ['date', null],
  ] as const)('brings back where the page ended, be it a %s: %s', (kind, value) => {
    const place = { value, id: 'a' };
    expect(readCursor('list', kind, writeCursor('list', place))).toEqual(place);
  });

  it('is refused by a list with other filters', () => {
    const cursor = writeCursor(['a'], { value: 1, id: 'a' });
    expect(() => readCursor(['b'], 'number', cursor)).toThrow('same filters and sorting');
  });

  it.each([
    '',
    'nonsense',
    written([1, 2]),
    written({ a: 1 }),
    written(['x', 1, 2]),
    written([1, 2, 'a', 4]),
  ])('is refused when it is none: %j', (text) => {
    expect(() => readCursor('list', 'number', text)).toThrow(
      expect.objectContaining({
        code: 'operation/invalid-input',
        disposition: 'terminal',
        fields: [{ field: 'cursor', value: text, message: 'must be the nextCursor of an earlier page' }],
      }),
    );
  });

  it.each<[ValueKind, string]>([
    ['date', '"garbage"'],
    ['date', '9007199254740991'],
    ['date', '{"$gt":1}'],
    ['number', '"1"'],
    ['number', '1e999'],
    ['text', '1'],
    ['text', '["a"]'],
  ])('is refused when it holds what no %s can be: %s', (kind, value) => {
    expect(() => readCursor('list', kind, forged(value))).toThrow('cursor: must be the nextCursor');
  });
});

describe('where a list lies', () => {
  const order = { field: 'size', kind: 'number', nullable: true } as const;

  it('is told as stretches of an index: what has a value, and what has none, first going up and last going down', () => {
    const valued = { size: { $gte: -Infinity } };
    const empty = { size: null };
    expect(whole({ ...order, descending: true })).toEqual([valued, empty]);
    expect(whole({ ...order, descending: false })).toEqual([empty, valued]);
    expect(whole({ ...order, descending: true, nullable: false })).toEqual([valued]);
  });

  it('goes on after a place with what shares its value, then with others, going down with those without one', () => {
    const down = { ...order, descending: true };
    const ties = { size: 3, _id: { $lt: 'm' } };
    const others = { size: { $lt: 3 } };
    expect(beyond(down, { value: 3, id: 'm' })).toEqual([ties, others, { size: null }]);
    expect(beyond({ ...down, nullable: false }, { value: 3, id: 'm' })).toEqual([ties, others]);
    expect(beyond({ ...order, descending: false }, { value: 3, id: 'm' })).toEqual([
      { size: 3, _id: { $gt: 'm' } },
      { size: { $gt: 3 } },
    ]);
  });

  it('goes on after a place without a value with those that have none either, and going up with those that have', () => {
    expect(beyond({ ...order, descending: true }, { value: null, id: 'm' })).toEqual([
      { size: null, _id: { $lt: 'm' } },
    ]);
    expect(beyond({ ...order, descending: false }, { value: null, id: 'm' })).toEqual([
      { size: null, _id: { $gt: 'm' } },
      { size: { $gte: -Infinity } },
    ]);
  });
});
