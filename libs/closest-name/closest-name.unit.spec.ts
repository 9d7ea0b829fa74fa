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
  });
});
