import { endOf, grantsOf, statusOf } from '#libs/key-registry';
import type { Actor } from '#libs/run-log';
import { looksLikeKey, readKey } from '../keys/api-key.js';
import { secretOf } from '../keys/key-record.js';
import type { KeyRing } from '../keys/key-ring.js';
import { malformedCredentials, UnauthenticatedError } from './errors.js';
import type { Identity } from './identity.js';
import { onInstant } from './on-instant.js';

/** Tells whose a key is. Throws UnauthenticatedError. What was wrong with a key is told only to who holds its secret. */
export function byKey(ring: KeyRing, text: string, channel: Actor['channel']): Identity {
  const key = readKey(text);
  if (!key) throw malformedCredentials(`holds ${looksLikeKey(text) ? 'no whole key' : 'no key'}`);
  const now = ring.now();
  const record = ring.find(key.id);
  const known = record && secretOf(record, key.secret, now);
  if (!record || !known)
    throw new UnauthenticatedError(
      'gateway/unknown-key',
      'the key is not known here: it may be that of another server, or its secret has been replaced',
    );
  const status = statusOf(record, now);
  if (status === 'revoked')
    throw new UnauthenticatedError(
      'gateway/revoked-key',
      `the key ${key.id} was revoked at ${record.revokedAt}`,
    );
  if (status === 'expired')
    throw new UnauthenticatedError(
      'gateway/expired-key',
      `the key ${key.id} has expired at ${record.expiresAt}`,
    );
  ring.use(key.id);
  const ends = Math.min(endOf(record) ?? Infinity, known.until ?? Infinity);
  return {
    actor: { userId: record.userId, channel, grants: grantsOf(record), key: key.id },
    method: 'key',
    countedAs: `key ${key.id}`,
    keyId: key.id,
    ...(record.role ? { role: record.role } : {}),
    ...(Number.isFinite(ends) ? { expiresAt: ends } : {}),
    onEnd: (listener) => {
      const isOver = (changed = ring.find(key.id)): boolean =>
        !changed || statusOf(changed, ring.now()) !== 'active' || !secretOf(changed, key.secret, ring.now());
      const leave = ring.onChange(key.id, (changed) => {
        if (isOver(changed)) listener();
      });
      // It may have been revoked while the answer was made ready.
      if (isOver()) queueMicrotask(listener);
      const stop = Number.isFinite(ends) ? onInstant(ends, listener) : undefined;
      return () => {
        leave();
        stop?.();
      };
    },
  };
}
