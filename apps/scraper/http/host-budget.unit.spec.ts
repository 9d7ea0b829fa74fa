import { describe, expect, it } from '@jest/globals';
import { HostBudget } from './host-budget.js';

const LIMITS = { requestsPerMinute: 60_000, concurrency: 1 };
const signal = new AbortController().signal;
const nothing = async () => undefined;

describe('a budget', () => {
  it('forgets hosts that nothing depends on any more', async () => {
    let now = 0;
    const budget = new HostBudget({ ...LIMITS, now: () => now });
    await budget.run('https://a.example', 30, nothing, signal);
    await budget.run('https://b.example', 0, nothing, signal);
    budget.hush('https://c.example', 10);
    budget.hush('https://d.example', 60_000);
    expect(budget.size).toBe(4);
    now = 1_000;
    // Of a its pace is still owed, of d its time.
    await budget.run('https://e.example', 0, nothing, signal);
    expect(budget.size).toBe(3);
    now = 60_000;
    await budget.run('https://f.example', 0, nothing, signal);
    expect(budget.size).toBe(1);
  });

  it('forgets no host with requests under way', async () => {
    let now = 0;
    const budget = new HostBudget({ ...LIMITS, now: () => now });
    let answer = (): void => undefined;
    const slow = budget.run(
      'https://a.example',
      0,
      () => new Promise<void>((resolve) => (answer = resolve)),
      signal,
    );
    now = 60_000;
    await budget.run('https://b.example', 0, nothing, signal);
    expect(budget.size).toBe(2);
    answer();
    await slow;
  });

  it('slows a host down when its wish becomes known', async () => {
    const budget = new HostBudget(LIMITS);
    await budget.run('https://a.example', 0, nothing, signal);
    await budget.run('https://a.example', 30, nothing, signal);
    const stop = new AbortController();
    const third = budget.run('https://a.example', 0, async () => 'asked', stop.signal);
    stop.abort(new Error('not before its time'));
    await expect(third).rejects.toThrow('not before its time');
    budget.clear();
  });
});
