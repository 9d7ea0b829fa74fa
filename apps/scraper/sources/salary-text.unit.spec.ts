import { describe, expect, it } from '@jest/globals';
import { salaryFromText } from './salary-text.js';

describe('pay that is written as text', () => {
  it.each([
    ['$45,000 - $50,000', 45_000, 50_000, 'USD', 'year'],
    ['$18 - $22/hr', 18, 22, 'USD', 'hour'],
    ['From $22.38 an hour', 22.38, null, 'USD', 'hour'],
    ['$47,000 a year', 47_000, 47_000, 'USD', 'year'],
    ['$1,000 - $1,500 a week', 1_000, 1_500, 'USD', 'week'],
    ['45.000 € – 60.000 € pro Jahr', 45_000, 60_000, 'EUR', 'year'],
    ['bis zu 3.500,50 € pro Monat', null, 3_500.5, 'EUR', 'month'],
    ['ab 15,50 € pro Stunde', 15.5, null, 'EUR', 'hour'],
    ['70 - 90k EUR', 70_000, 90_000, 'EUR', 'year'],
    ['CHF 110’000', 110_000, 110_000, 'CHF', 'year'],
    ['500 a day', 500, 500, null, 'day'],
    ['3000', 3_000, 3_000, null, null],
  ])('%s is read', (text, min, max, currency, period) => {
    expect(salaryFromText(text)).toEqual({ min, max, currency, period });
  });

  it.each(['', 'competitive', 'nach Tarif', '0'])('%j is none', (text) => {
    expect(salaryFromText(text)).toBeNull();
  });
});
