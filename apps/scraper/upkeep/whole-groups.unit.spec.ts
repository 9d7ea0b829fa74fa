import { describe, expect, it } from '@jest/globals';
import { wholeGroups } from './whole-groups.js';
import type { Linked } from './whole-groups.js';

const job = (_id: string, ...mates: string[]): Linked => ({ _id, mates });

describe('whole groups', () => {
  it('are the postings of one opening, whichever of them names the others', () => {
    const groups = wholeGroups([job('a', 'b'), job('b'), job('c', 'b'), job('d')], []);
    expect(groups).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('go only where nothing of them stays', () => {
    expect(wholeGroups([job('a', 'x'), job('b', 'a'), job('c')], [job('x')])).toEqual([['c']]);
    expect(wholeGroups([job('a'), job('b', 'a'), job('c')], [job('x', 'a')])).toEqual([['c']]);
  });

  it('pass over a posting that is there no longer', () => {
    expect(wholeGroups([job('a', 'gone')], [job('x')])).toEqual([['a']]);
  });

  it('are found in a long chain', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => job(`j${at}`, `j${at + 1}`));
    expect(wholeGroups(chain, [])).toHaveLength(1);
  });
});
