import { ValueTooLargeError } from './errors.js';
import type { Key } from './key-values.js';

const LARGEST_BYTES = 32 * 1024 * 1024;

/** Writes a value as JSON. Throws ValueTooLargeError past 32 MiB. */
export function encodeValue(bucket: string, key: Key, value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify({ value }));
  if (body.length > LARGEST_BYTES) throw new ValueTooLargeError(bucket, key, body.length, LARGEST_BYTES);
  return body;
}

export function decodeValue(body: Uint8Array): unknown {
  return (JSON.parse(Buffer.from(body).toString()) as { readonly value?: unknown }).value;
}

/** The broker counts lives in whole seconds, one at least. */
export const lifeSeconds = (ttlMs: number): number => Math.max(1, Math.ceil(ttlMs / 1_000));
