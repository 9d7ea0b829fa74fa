import { describe, expect, it } from '@jest/globals';
import { checkHandlers } from './bound-handlers.js';
import { Login, Send } from './testing/sample-contracts.js';

const on = (where: string, contract = Send) => ({ contract, where });

describe('the handlers of a service', () => {
  it('fit when each contract has one', () => {
    expect(() => checkHandlers('post', [Send], [on('A.send')])).not.toThrow();
  });

  it.each([
    ['a contract without a handler', [Send, Login], [on('A.send')], 'log_in has no handler'],
    [
      'a contract with two',
      [Send],
      [on('A.send'), on('B.send')],
      'send_parcel has 2 handlers: A.send and B.send',
    ],
    [
      'a handler of a foreign contract',
      [],
      [on('A.send')],
      'A.send handles send_parcel, which is not among its',
    ],
    [
      'two contracts of one name',
      [Send, { ...Send }],
      [on('A.send')],
      'two contracts have the name send_parcel',
    ],
    ['a contract of another service', [{ ...Send, service: 'bank' }], [], 'belongs to the service bank'],
  ])('refuse the start for %s', (_what, contracts, handlers, sentence) => {
    expect(() => checkHandlers('post', contracts, handlers)).toThrow(sentence);
  });
});
