import { createPublicKey } from 'node:crypto';
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors } from 'jose';
import type { JSONWebKeySet, JWK, JWTVerifyGetKey } from 'jose';
import { TokenKeysUnavailableError } from './errors.js';

/** Finds the key that a token is checked with. Throws TokenKeysUnavailableError where it cannot be had at present. */
export type TokenKeys = JWTVerifyGetKey;

/** How long keys may take to come, in milliseconds. */
const FETCH_MS = 5_000;
/** How long they are used before they are asked for again. */
const FRESH_MS = 3_600_000;
/** A token that names an unknown key has them asked for again, this often at most: anybody can make one up. */
const PAUSE_MS = 30_000;
const LARGEST_BYTES = 256 * 1024;

/** Keys that an issuer publishes (JWKS), fetched when first needed. */
export function publishedKeys(url: string): TokenKeys {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: FETCH_MS,
    cacheMaxAge: FRESH_MS,
    cooldownDuration: PAUSE_MS,
    [customFetch]: fetchBounded,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      const { message, cause } = error as Error & { readonly cause?: Error };
      throw new TokenKeysUnavailableError(url, cause?.message ?? message, { cause: error });
    }
  };
}

/** Keys out of a text: a PEM, a JWK or a JWKS. Throws an Error that says what is wrong. */
export function keysIn(text: string): TokenKeys {
  if (text.includes('-----BEGIN')) {
    const key = createPublicKey(text);
    return () => key;
  }
  const said = JSON.parse(text) as JWK | JSONWebKeySet;
  const keys = 'keys' in said ? said : { keys: [said] };
  if (keys.keys.some((key) => typeof key.kty !== 'string')) throw new Error('it holds no key (kty)');
  if (keys.keys.some((key) => 'd' in key || key.kty === 'oct'))
    throw new Error('it holds a private key, and only the public one belongs here');
  return createLocalJWKSet(keys);
}

/** A secret that issuer and gateway share. */
export function sharedSecret(text: string): TokenKeys {
  const key = new TextEncoder().encode(text);
  return () => key;
}

const isAboutTheToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

async function fetchBounded(url: string, options: RequestInit): Promise<Response> {
  const answer = await fetch(url, options);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > LARGEST_BYTES) throw new Error(`they take more than ${LARGEST_BYTES} bytes`);
    parts.push(part);
  }
  return new Response(Buffer.concat(parts), { status: answer.status });
}
