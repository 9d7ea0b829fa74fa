import { describe, expect, it } from '@jest/globals';
import { virtualClock } from './virtual-clock.js';

describe('virtualClock', () => {
  it('stands still until it is moved', async () => {
    const clock = virtualClock(1_000);
    let rang = false;
    void clock.sleep(10).then(() => (rang = true));
    await clock.advance(9);
    expect([clock.now(), rang, clock.pending()]).toEqual([1_009, false, 1]);
    await clock.advance(1);
    expect([clock.now(), rang, clock.pending()]).toEqual([1_010, true, 0]);
  });

  it('fires in order of time, each at its own instant, and what they set up as well', async () => {
    const clock = virtualClock(0);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`late at ${clock.now()}`));
    clock.after(5, () => {
      seen.push(`early at ${clock.now()}`);
      clock.after(5, () => seen.push(`nested at ${clock.now()}`));
    });
    await clock.advance(30);
    expect(seen).toEqual(['early at 5', 'nested at 10', 'late at 20']);
    expect(clock.now()).toBe(30);
  });

  it('forgets a timer that was called off', async () => {
    const clock = virtualClock();
    const callOff = clock.after(5, () => expect(true).toBe(false));
    callOff();
    await clock.advance(10);
    expect(clock.pending()).toBe(0);
  });

  it('ends a sleep with the reason of its signal, and an aborted signal at once', async () => {
    const clock = virtualClock();
    const abort = new AbortController();
    const asleep = clock.sleep(50, abort.signal);
    abort.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    await expect(clock.sleep(50, abort.signal)).rejects.toThrow('enough');
    expect(clock.pending()).toBe(0);
  });
});
