import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.js';

describe('readOptions', () => {
  it('takes what is said and fills in the rest', () => {
    expect(readOptions(['SEED=7', 'CLUSTER=1', 'BREAK=fence'])).toEqual({
      seed: 7,
      runs: 300,
      seconds: 25,
      cluster: true,
      broken: 'fence',
      keep: false,
    });
  });

  it('draws a seed where none is said', () => {
    expect(readOptions([]).seed).toBeGreaterThan(0);
  });

  it.each([
    ['RUNS=0', 'RUNS is "0"; expected a whole number of at least 1'],
    ['SECONDS=soon', 'SECONDS is "soon"; expected a whole number of at least 1'],
    ['CLUSTER=yes', 'CLUSTER is "yes"; expected 0 or 1'],
    ['BREAK=all', 'BREAK is "all"; expected one of fence, dedupe, ack'],
    ['SPEED=9', '"SPEED=9" is no option; expected SEED=…, RUNS=…, SECONDS=…, CLUSTER=…, BREAK=…, KEEP=…'],
  ])('refuses %s', (word, sentence) => {
    expect(() => readOptions([word])).toThrow(sentence);
  });
});
