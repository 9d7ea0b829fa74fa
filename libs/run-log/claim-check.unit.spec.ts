import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { checkIn, checkOut } from './claim-check.js';
import type { BodyStore } from './claim-check.js';
import { Header } from './headers.js';
import type { HeaderRecord } from './headers.js';

const LIMITS = { inline: 4, limit: 8 };
const body = Buffer.from('large');
const sha256 = createHash('sha256').update(body).digest('hex');

/** A store that tells what has happened in it, and when the event's header named an object. */
function given(
  headers: HeaderRecord,
): BodyStore & { readonly objects: Map<string, Uint8Array>; named: unknown } {
  const objects = new Map<string, Uint8Array>();
  const store = {
    objects,
    named: undefined as unknown,
    put: (name: string, bytes: Uint8Array) => {
      store.named = headers[Header.bodyRef];
      objects.set(name, bytes);
      return Promise.resolve();
    },
    get: (name: string) => Promise.resolve(objects.get(name)),
    delete: (name: string) => Promise.resolve(void objects.delete(name)),
  };
  return store;
}

describe('a body that is too large for a message (rule 20)', () => {
  it('is stored before anything names it, under its run and its hash', async () => {
    const headers: HeaderRecord = {};
    const store = given(headers);
    expect(await checkIn(store, LIMITS, 'r1', headers, body)).toHaveLength(0);
    expect(store.named).toBeUndefined();
    expect([...store.objects.keys()]).toEqual([`r1/${sha256}`]);
    expect(headers[Header.bodyRef]).toBe(`r1/${sha256}`);
    expect(await checkOut(store, () => undefined, `r1/${sha256}`, 1)).toEqual(body);
  });

  it('is not named where it could not be stored', async () => {
    const headers: HeaderRecord = {};
    const full = { ...given(headers), put: () => Promise.reject(new Error('full')) };
    await expect(checkIn(full, LIMITS, 'r1', headers, body)).rejects.toThrow('full');
    expect(headers).toEqual({});
  });

  it('is never shared between two runs', async () => {
    const headers: HeaderRecord = {};
    const store = given(headers);
    await checkIn(store, LIMITS, 'r1', headers, body);
    await checkIn(store, LIMITS, 'r2', headers, body);
    expect([...store.objects.keys()]).toEqual([`r1/${sha256}`, `r2/${sha256}`]);
  });

  it('is missed by name where its object is gone', async () => {
    await expect(checkOut(given({}), () => undefined, 'r1/gone', 7)).rejects.toMatchObject({
      cause: { message: 'object r1/gone is gone' },
    });
  });
});
