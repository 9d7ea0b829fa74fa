import { expect, it } from '@jest/globals';
import { isPrivateAddress } from './is-private-address.js';

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '169.254.169.254',
  '192.168.1.1',
  '255.255.255.255',
  '::1',
  '::ffff:10.0.0.1',
  '64:ff9b::10.0.0.1',
  'fe80::1',
])('%s lies inside', (ip) => {
  expect(isPrivateAddress(ip)).toBe(true);
});

it.each(['93.184.215.14', '172.32.0.1', '2606:4700::6810:84e5', '::ffff:93.184.215.14'])(
  '%s is public',
  (ip) => {
    expect(isPrivateAddress(ip)).toBe(false);
  },
);
