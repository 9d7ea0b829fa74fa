import { createHash, timingSafeEqual } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { hashOf, looksLikeKey, matches, newKeyId, newSecret, readKey, writeKey } from './api-key.js';

describe('a key', () => {
  it('is jh_, an id and 256 random bits, and reads back', () => {
    const secret = newSecret();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(newSecret()).not.toBe(secret);
    const key = { id: newKeyId(), secret };
    expect(readKey(writeKey(key))).toEqual(key);
    expect(looksLikeKey(writeKey(key))).toBe(true);
  });

  it.each([
    'jh_',
    'jh_abcd',
    'jh_abcd_',
    `jh_abcd_${'x'.repeat(42)}`,
    `jh_abcd_${'x'.repeat(44)}`,
    `jh_ABCD_${'x'.repeat(43)}`,
    `jh_ab.d_${'x'.repeat(43)}`,
    `jh_abcd_${'x'.repeat(42)}!`,
    `JH_abcd_${'x'.repeat(43)}`,
    `jh_abcd_${'x'.repeat(43)}\n`,
  ])('is not %j', (text) => {
    expect(readKey(text)).toBeUndefined();
  });

  it('is known by its SHA-256, compared in a time that tells nothing', () => {
    const secret = newSecret();
    const hash = hashOf(secret);
    expect(hash).toBe(createHash('sha256').update(secret).digest('hex'));
    const isSame = jest.fn(timingSafeEqual);
    expect(matches(secret, hash, isSame)).toBe(true);
    expect(matches(newSecret(), hash, isSame)).toBe(false);
    expect(matches('', hash, isSame)).toBe(false);
    expect(isSame).toHaveBeenCalledTimes(3);
    expect(matches(secret, hash)).toBe(true);
    expect(matches(secret, 'ab')).toBe(false);
  });
});
