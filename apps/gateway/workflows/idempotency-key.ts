import type { IncomingHttpHeaders } from 'node:http';
import { BadHeaderError } from '../problems/errors.js';

const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/;

/** Reads the header Idempotency-Key; undefined where there is none. Throws BadHeaderError. */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !KEY.test(key))
    throw new BadHeaderError('Idempotency-Key', key, 'expected 1 to 200 printable ASCII characters');
  return key;
}
