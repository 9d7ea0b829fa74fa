import { InvalidKeyError } from './errors.js';
import type { Key } from './key-values.js';

/** Subjects go in one line of the protocol, which the server limits to 4 KiB. */
const LONGEST = 1_024;
const PLAIN = /^[A-Za-z0-9_-]+$/;

/**
 * Writes a key as tokens of a subject: plain parts as they are, others as `=` and base64url of their UTF-16, which
 * loses nothing of any text. Throws InvalidKeyError on a key without parts or of more than 1,024 characters.
 */
export function encodeKey(key: Key): string {
  if (key.length === 0) throw new InvalidKeyError('a key needs at least one part');
  const encoded = key.map(encodePart).join('.');
  if (encoded.length > LONGEST)
    throw new InvalidKeyError(
      `the key ${key.join('/').slice(0, 64)}… takes ${encoded.length} characters; a bucket takes at most ${LONGEST}`,
    );
  return encoded;
}

/** Reads a key back out of its tokens. */
export function decodeKey(encoded: string): Key {
  return encoded
    .split('.')
    .map((part) =>
      part.startsWith('=') ? Buffer.from(part.slice(1), 'base64url').toString('utf16le') : part,
    );
}

function encodePart(part: string): string {
  return PLAIN.test(part) ? part : `=${Buffer.from(part, 'utf16le').toString('base64url')}`;
}
