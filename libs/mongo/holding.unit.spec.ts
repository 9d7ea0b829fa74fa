import { expect, it } from '@jest/globals';
import { holding } from './holding.js';

const patternOf = (text: string): RegExp => new RegExp(holding(text).$regex, 'i');

it.each(['a.b', '(a+)+$', '[x]', 'C++', '\\d', 'a|b', '{1,2}', '^'])('takes %s for a text', (text) => {
  expect(patternOf(text).test(`so ${text.toUpperCase()} it is`)).toBe(true);
  expect(patternOf(text).test('aab 1 x')).toBe(false);
});

it('writes NUL by its number', () => {
  expect(holding('a\0b').$regex).toBe('a\\x00b');
  expect(patternOf('a\0b').test('a\0b')).toBe(true);
});
