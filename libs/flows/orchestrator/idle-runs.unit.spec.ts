import { beforeEach, describe, expect, it } from '@jest/globals';
import { IdleRuns } from './idle-runs.js';

let now: number;
let gone: string[];
const run = (name: string) => ({ leave: () => void gone.push(name) });

beforeEach(() => {
  now = 0;
  gone = [];
});

describe('runs that are in memory and have nothing to do', () => {
  it('are so many at most: the longest unused goes for the next', () => {
    const idle = new IdleRuns(2, () => now);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(run);
    for (const one of [a, b, a, c, d]) idle.rest(one!);
    expect(gone).toEqual(['b', 'a']);
  });

  it('do not count while they are worked on', () => {
    const idle = new IdleRuns(2, () => now);
    const [a, b, c] = ['a', 'b', 'c'].map(run);
    idle.rest(a!);
    idle.rest(b!);
    idle.take(a!);
    idle.rest(c!);
    expect(gone).toEqual([]);
    idle.rest(a!);
    expect(gone).toEqual(['b']);
  });

  it('go when nothing was heard of them for a time', () => {
    const idle = new IdleRuns(10, () => now);
    const [a, b] = ['a', 'b'].map(run);
    idle.rest(a!);
    now = 600;
    idle.rest(b!);
    now = 1_000;
    idle.dismissAfter(1_000);
    expect(gone).toEqual(['a']);
    idle.rest(a!);
    now = 1_600;
    idle.dismissAfter(1_000);
    expect(gone).toEqual(['a', 'b']);
  });
});
