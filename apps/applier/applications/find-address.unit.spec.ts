import { describe, expect, it } from '@jest/globals';
import { findAddress } from './find-address.js';

const inText = (description: string) => findAddress({ applyUrl: null, description });

describe('the address for applications', () => {
  it.each([
    ['mailto:jobs@x.example', 'jobs@x.example', null],
    ['MAILTO:jobs%40x.example?subject=Ref%2012', 'jobs@x.example', 'Ref 12'],
    ['mailto:a@x.example,b@y.example?cc=c@z.example', 'a@x.example', null],
    ['mailto:not-an-address', null, null],
    ['https://x.example/apply?mail=jobs@x.example', null, null],
  ])('in the link %s is %s', (applyUrl, address, subject) => {
    expect(findAddress({ applyUrl, description: '' })).toMatchObject({ address, subject });
  });

  it.each([
    ['Bewerbung bitte an (karriere@x.example).', 'karriere@x.example'],
    ['an karriere@x.example oder Karriere@X.example', 'karriere@x.example'],
    ['Fragen: info@x.example; Bewerbung: jobs@x.example; datenschutz@x.example', 'jobs@x.example'],
    ['privacy@x.example', null],
    ['no-reply@x.example', null],
    ['a@b', null],
    ['@', null],
    ['', null],
  ])('in the text %j is %s', (text, address) => {
    expect(inText(text).address).toBe(address);
  });

  it('is left to a person among several', () => {
    expect(inText('hr@x.example, jobs@x.example')).toEqual({
      address: null,
      subject: null,
      several: ['hr@x.example', 'jobs@x.example'],
    });
  });

  it.each(['@'.repeat(2_000_000), 'a'.repeat(2_000_000), 'a@'.repeat(1_000_000), 'a.'.repeat(1_000_000)])(
    'is looked for in a text of two megabytes without dwelling on it',
    (text) => {
      const begun = performance.now();
      expect(inText(text).address).toBeNull();
      expect(performance.now() - begun).toBeLessThan(2_000);
    },
  );
});
