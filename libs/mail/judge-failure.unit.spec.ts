import { describe, expect, it } from '@jest/globals';
import { judgeFailure } from './judge-failure.js';
import type { SmtpFailure } from './judge-failure.js';

const failure = (said: Partial<SmtpFailure>): SmtpFailure => ({ message: 'Connection closed', ...said });

describe('a mail that was not sent', () => {
  it.each([false, true])('is refused by a reply of 5xx, handed over or not: %s', (handedOver) => {
    expect(judgeFailure(failure({ responseCode: 550, response: '550 no' }), handedOver)).toEqual({
      kind: 'refused',
      said: '550 no',
    });
  });

  it.each([
    ['421 closing', 421, undefined],
    ['451 greylisted', 451, 300_000],
    ['450 try again in 90 seconds', 450, 90_000],
    ['450 wait 5 min', 450, 300_000],
    ['452 full', 452, undefined],
  ])('is to be tried later after %s', (response, responseCode, retryAfterMs) => {
    for (const handedOver of [false, true])
      expect(judgeFailure(failure({ responseCode, response }), handedOver)).toEqual({
        kind: 'later',
        said: response,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
  });

  it('is unknown where the line breaks after it was handed over, and to be tried later before', () => {
    for (const code of ['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', undefined]) {
      expect(judgeFailure(failure({ code }), true).kind).toBe('unknown');
      expect(judgeFailure(failure({ code }), false).kind).toBe('later');
    }
  });

  it('is refused by what no waiting cures', () => {
    expect(judgeFailure(failure({ code: 'EAUTH', message: 'Missing credentials' }), false).kind).toBe(
      'refused',
    );
  });
});
