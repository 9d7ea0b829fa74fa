import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partOf, sortsOf } from './part-of-list.js';
import type { Sorting } from './part-of-list.js';

interface Thing {
  readonly id: number;
  readonly name: string | null;
}
const sorting: Sorting<Thing> = {
  by: { name: ({ name }) => name, id: ({ id }) => id },
  standard: 'id',
  idOf: ({ id }) => id,
};

describe('a part of a list in memory', () => {
  it('leaves nothing out and shows nothing twice, however the list is sorted and cut', () => {
    const names = fc.array(fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null }), { maxLength: 20 });
    fc.assert(
      fc.property(
        names,
        fc.constantFrom(...sortsOf(['name', 'id'])),
        fc.integer({ min: 1, max: 6 }),
        (list, sort, limit) => {
          const things = list.map((name, id) => ({ id, name }));
          const seen: number[] = [];
          for (let cursor: string | null | undefined; cursor !== null;) {
            const part = partOf(things, { sort, limit, ...(cursor ? { cursor } : {}) }, sorting);
            seen.push(...part.items.map(({ id }) => id));
            cursor = part.nextCursor;
          }
          expect(seen).toEqual(partOf(things, { sort }, sorting).items.map(({ id }) => id));
          expect(new Set(seen).size).toBe(things.length);
        },
      ),
    );
  });

  it.each([
    '',
    'x',
    '!',
    'W10',
    Buffer.from('["id",1]').toString('base64url'),
    Buffer.from('["id",{},1]').toString('base64url'),
  ])('refuses the cursor %j', (cursor) => {
    expect(() => partOf([], { cursor }, sorting)).toThrow(
      expect.objectContaining({
        code: 'gateway/bad-query',
        fields: [expect.objectContaining({ field: 'cursor' })],
      }),
    );
  });

  it('refuses the cursor of a list that was sorted otherwise', () => {
    const { nextCursor } = partOf(
      [1, 2].map((id) => ({ id, name: null })),
      { limit: 1 },
      sorting,
    );
    expect(() => partOf([], { cursor: nextCursor!, sort: '-id' }, sorting)).toThrow('same sorting');
  });
});
