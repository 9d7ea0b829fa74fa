import { describe, expect, it } from '@jest/globals';
import { bytes, count, duration, instant, percent, span } from './format.js';

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [84.4, '84 ms'],
    [1_234, '1.2 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_800_000, '2 h 10 min'],
    [200_000_000, '2 d 7 h'],
    [null, ''],
    [undefined, ''],
  ])('writes %p ms as %p', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

it.each([
  [1, '1s'],
  [90, '1m 30s'],
  [21_600, '6h'],
  [129_601, '1d 12h 1s'],
])('writes a span of %p seconds as %p', (seconds, text) => {
  expect(span(seconds)).toBe(text);
});

describe('instant', () => {
  it('is told in the time zone of this machine', () => {
    const at = new Date(2026, 10, 21, 9, 5, 7);
    expect(instant(at.toISOString())).toBe('2026-11-21 09:05:07');
  });

  it('leaves what is none as it is', () => {
    expect(instant('soon')).toBe('soon');
    expect(instant(null)).toBe('');
  });
});

describe('numbers', () => {
  it('are told with their unit', () => {
    expect([bytes(999), bytes(1_500), bytes(318_300_000)]).toEqual(['999 B', '1.5 KB', '318.3 MB']);
    expect([percent(1), percent(0.954), percent(null)]).toEqual(['100 %', '95.4 %', '']);
    expect([count(1, 'job'), count(2, 'job'), count(0, 'entry', 'entries')]).toEqual([
      '1 job',
      '2 jobs',
      '0 entries',
    ]);
  });
});
