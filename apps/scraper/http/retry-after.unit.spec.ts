import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.parse('2026-03-02T10:00:00Z');

describe('Retry-After', () => {
  it('is read as seconds', () => {
    expect(retryAfterMs('120', NOW)).toBe(120_000);
  });

  it('is read as an HTTP date', () => {
    expect(retryAfterMs('Mon, 02 Mar 2026 10:01:30 GMT', NOW)).toBe(90_000);
  });

  it('is no wait at all when the date has passed', () => {
    expect(retryAfterMs('Mon, 02 Mar 2026 09:00:00 GMT', NOW)).toBe(0);
  });

  it('is never longer than a day', () => {
    expect(retryAfterMs('99999999', NOW)).toBe(86_400_000);
  });

  it.each([null, '', 'soon', '-5 apples'])('is unknown when the header is %j', (header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined();
  });
});
