import { describe, expect, it } from '@jest/globals';
import { summariseInput } from './summarise-input.js';

describe('the summary of an input', () => {
  it('is its short texts, without ids, numbers and switches', () => {
    const input = {
      source: 'arbeitnow',
      query: { keywords: ['python', 'backend'], location: 'Berlin' },
      limit: 5,
      userId: 'local',
      jobIds: ['a', 'b'],
      dryRun: false,
    };
    expect(summariseInput(input)).toBe('arbeitnow, python, backend, Berlin');
  });

  it('is cut', () => {
    expect(summariseInput({ message: 'x'.repeat(100) })).toBe(`${'x'.repeat(39)}…`);
  });

  it.each([null, undefined, 7, {}])('of %p is empty', (input) => {
    expect(summariseInput(input)).toBe('');
  });
});
