import { createHash } from 'node:crypto';
import { BodyTooLargeError, UndecodableEventError } from './errors.js';
import { Header } from './headers.js';
import type { HeaderRecord, ReadHeader } from './headers.js';

/** Where bodies lie that are too large for a message. */
export interface BodyStore {
  put(name: string, body: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  /** Nothing there is no error. */
  delete(name: string): Promise<void>;
}

/** Bytes of a body: up to `inline` it travels in the message, up to `limit` by way of the store. */
export interface BodyLimits {
  readonly inline: number;
  readonly limit: number;
}

export const BODY_LIMITS: BodyLimits = { inline: 256 * 1024, limit: 32 * 1024 * 1024 };

const EMPTY = new Uint8Array(0);

/**
 * Stores a large body under `<folder>/<sha256>` before the event that names it, and sets the reference header.
 * Returns what is left to send in the message. Throws BodyTooLargeError past the limit.
 * Objects are never shared between runs, so that they can be deleted with their run.
 */
export async function checkIn(
  store: BodyStore,
  limits: BodyLimits,
  folder: string,
  headers: HeaderRecord,
  body: Uint8Array,
): Promise<Uint8Array> {
  if (body.length <= limits.inline) return body;
  refuseOversized(limits, headers, body);
  const name = `${folder}/${createHash('sha256').update(body).digest('hex')}`;
  await store.put(name, body);
  headers[Header.bodyRef] = name;
  return EMPTY;
}

export function refuseOversized(limits: BodyLimits, headers: HeaderRecord, body: Uint8Array): void {
  if (body.length > limits.limit)
    throw new BodyTooLargeError(headers[Header.eventType] ?? 'event', body.length, limits.limit);
}

/** Fetches the body that a reference header names. Throws UndecodableEventError where the object is gone. */
export async function checkOut(
  store: BodyStore,
  read: ReadHeader,
  name: string,
  seq: number,
): Promise<Uint8Array> {
  const body = await store.get(name);
  if (!body)
    throw new UndecodableEventError(read(Header.eventType) ?? '(no type)', seq, {
      cause: new Error(`object ${name} is gone`),
    });
  return body;
}
