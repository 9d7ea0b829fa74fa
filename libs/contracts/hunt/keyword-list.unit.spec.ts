import { describe, expect, it } from '@jest/globals';
import { keywordList } from './keyword-list.js';

describe('keywords', () => {
  it('may be comma-separated text', () => {
    expect(keywordList(' typescript , node.js,, typescript ')).toEqual(['typescript', 'node.js']);
  });

  it('may be a list', () => {
    expect(keywordList(['data engineer ', ''])).toEqual(['data engineer']);
  });

  it.each([7, null, undefined, { a: 1 }])('are left for the validator when they are %j', (value) => {
    expect(keywordList(value)).toBe(value);
  });
});
