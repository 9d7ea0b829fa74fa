import { describe, expect, it } from '@jest/globals';
import { closest } from './index.js';

describe('the closest name', () => {
  const names = ['scrape_jobs', 'scrape', 'notify', 'task_notify'];

  it.each([
    ['scrape_job', 'scrape_jobs'],
    ['scrpae', 'scrape'],
    ['Notify', 'notify'],
    ['notfy', 'notify'],
    ['task', 'task_notify'],
  ])('to %p is %p', (typed, meant) => {
    expect(closest(typed, names)).toBe(meant);
  });

  it('is none where nothing is near', () => {
    expect(closest('generate_cv', names)).toBeUndefined();
    expect(closest('', names)).toBeUndefined();
  });

  it('is found by its beginning, however it is spelled', () => {
    expect(closest('matchThr', ['matchThreshold'])).toBe('matchThreshold');
    expect(closest('match', ['matchThreshold', 'matchers', 'watch'])).toBe('matchers');
  });

  it('is not looked for letter by letter in what is much longer', () => {
    // Compared letter by letter, this would take longer than any test may.
    expect(closest('x'.repeat(20_000_000), names)).toBeUndefined();
  });
});
