import { describe, expect, it } from '@jest/globals';
import { ListTaskRunsInput } from '#libs/contracts';
import { StartQuery } from './run-options.js';
import { readRecent } from './recent-queries.js';

describe('a query that was read before', () => {
  it('is given again as it was read, for the same class and the same parameters only', async () => {
    const first = await readRecent(ListTaskRunsInput, { limit: '20' });
    expect(first).toEqual({ limit: 20 });
    expect(await readRecent(ListTaskRunsInput, { limit: '20' })).toBe(first);
    expect(await readRecent(ListTaskRunsInput, { limit: '21' })).toEqual({ limit: 21 });
    await expect(readRecent(StartQuery, { limit: '20' })).rejects.toThrow('limit');
  });

  it('cannot be changed by one of those who are given it', async () => {
    const query = (await readRecent(StartQuery, { tag: 'a,b' })) as StartQuery;
    expect(() => Object.assign(query, { tag: ['c'] })).toThrow(TypeError);
    expect(() => query.tag?.push('c')).toThrow(TypeError);
  });

  it('is refused each time where it is refused', async () => {
    for (let nth = 0; nth < 2; nth++)
      await expect(readRecent(ListTaskRunsInput, { limit: 'x' })).rejects.toMatchObject({
        fields: [{ field: 'limit', value: 'x' }],
      });
  });
});
