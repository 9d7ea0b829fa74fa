import { describe, expect, it } from '@jest/globals';
import { AnswerTooLargeError } from './http-errors.js';
import { wireError } from './wire-error.js';

const URL = 'http://a.example/';
const fetchFailed = (cause: object) => new TypeError('fetch failed', { cause });
const fault = (message: string, code?: string) => Object.assign(new Error(message), { code });

describe('what fetch threw', () => {
  it.each([
    [
      'an unknown host',
      fault('getaddrinfo ENOTFOUND a.example', 'ENOTFOUND'),
      'scraper/unknown-host',
      'terminal',
    ],
    ['a blocked port', fault('bad port'), 'scraper/address-refused', 'terminal'],
    ['a name server in trouble', fault('getaddrinfo EAI_AGAIN', 'EAI_AGAIN'), 'scraper/no-answer', 'retry'],
    ['a closed port', fault('connect ECONNREFUSED', 'ECONNREFUSED'), 'scraper/no-answer', 'retry'],
  ])('for %s is told by its own error', (_what, cause, code, disposition) => {
    expect(wireError(URL, fetchFailed(cause))).toMatchObject({ code, disposition, url: URL });
  });

  it('is ours where it was ours below', () => {
    const ours = new AnswerTooLargeError(URL, 10);
    expect(wireError(URL, fetchFailed(ours), 'time was up')).toBe(ours);
  });

  it('is the lateness that it came from', () => {
    expect(wireError(URL, fault('aborted'), 'time was up')).toMatchObject({ reason: 'time was up' });
  });
});
