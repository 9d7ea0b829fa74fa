import { describe, expect, it } from '@jest/globals';
import { nameIn, namesFor } from './host-names.js';

const takes = (address: string, allowed: readonly string[] | undefined, header: string): boolean =>
  namesFor(address, allowed)?.has(nameIn(header)) ?? true;

describe('while only this machine reaches the gateway, a request', () => {
  it.each(['localhost', 'localhost:3000', 'LocalHost.', '127.0.0.1:1', '[::1]', '[::1]:3000'])(
    'may be meant for %s',
    (header) => {
      expect(takes('127.0.0.1', undefined, header)).toBe(true);
      expect(takes('::1', [], header)).toBe(true);
    },
  );

  it.each(['evil.example', 'evil.example:3000', 'localhost.evil.example', '127.0.0.2', '', ':3000', '[::2]'])(
    'may not be meant for %j',
    (header) => {
      expect(takes('127.0.0.1', undefined, header)).toBe(false);
      expect(takes('localhost', ['hunt.example'], header)).toBe(false);
    },
  );

  it('may be meant for the address that is listened on, and for names that are allowed', () => {
    expect(takes('127.0.0.2', undefined, '127.0.0.2:3000')).toBe(true);
    expect(takes('127.0.0.1', ['Hunt.example'], 'hunt.EXAMPLE:443')).toBe(true);
  });
});

describe('while others reach the gateway too, a request', () => {
  it('may be meant for any name, unless the allowed ones are told', () => {
    expect(takes('0.0.0.0', undefined, 'box.example')).toBe(true);
    expect(takes('0.0.0.0', ['box.example'], 'box.example:3000')).toBe(true);
    expect(takes('0.0.0.0', ['box.example'], 'localhost:3000')).toBe(true);
    expect(takes('0.0.0.0', ['box.example'], 'evil.example')).toBe(false);
  });
});
