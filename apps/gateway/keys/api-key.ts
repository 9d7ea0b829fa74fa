import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits: nobody finds it by trying. */
const SECRET_BYTES = 32;
const ID_BYTES = 8;
const KEY = /^jh_([a-z0-9]{4,32})_([A-Za-z0-9_-]{43})$/;

/** A key as its holder has it: `jh_<id>_<secret>`. */
export interface ApiKey {
  readonly id: string;
  readonly secret: string;
}

export const newKeyId = (): string => randomBytes(ID_BYTES).toString('hex');

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

export const writeKey = ({ id, secret }: ApiKey): string => `jh_${id}_${secret}`;

/** Tells whether a text means to be a key, right or wrong. */
export const looksLikeKey = (text: string): boolean => text.startsWith('jh_');

/** Reads a key; undefined where the text is none. */
export function readKey(text: string): ApiKey | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/**
 * Gives what is stored of a secret: its SHA-256, in hex. A slow hash with salt, as passwords want, is there for secrets
 * that people think up and that can be guessed; of 256 random bits there is nothing to guess, and each request pays for
 * the hash.
 */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares a secret with a stored hash in a time that tells nothing of how much of it is right. */
export function matches(
  secret: string,
  hash: string,
  isSame: typeof timingSafeEqual = timingSafeEqual,
): boolean {
  const stored = Buffer.from(hash, 'hex');
  const given = Buffer.from(hashOf(secret), 'hex');
  return stored.length === given.length && isSame(given, stored);
}
