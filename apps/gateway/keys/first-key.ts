import { grantsOf, statusOf } from '#libs/key-registry';
import { covers } from '#libs/operations';
import { KEYS_OF_ALL } from '../identity/special-permissions.js';
import { LOCAL_USER } from '../identity/user-ids.js';
import { readKey } from './api-key.js';
import { secretOf } from './key-record.js';
import type { KeyRing, MadeKey } from './key-ring.js';

/** An administrator of the one whom runs and jobs belong to that came before there were keys. */
const ADMIN = {
  userId: LOCAL_USER,
  role: 'admin',
  permissions: null,
  expiresAt: null,
  createdBy: null,
} as const;

/**
 * Makes an administrator's key where there is none that is taken. Its id follows from how many came before, and it is
 * created under it or not at all: of two gateways that start at once one makes it. Undefined where nothing was to be
 * made.
 */
export async function firstKey(ring: KeyRing): Promise<MadeKey | undefined> {
  for (let nth = 1; ; nth++) {
    const id = `admin${nth}`;
    if (ring.list().some((record) => isTaken(ring, record.id) && covers(grantsOf(record), KEYS_OF_ALL)))
      return undefined;
    if (ring.find(id)) continue;
    try {
      return await ring.create({ name: 'first key', ...ADMIN }, id);
    } catch (error) {
      if (!isThere(error)) throw error;
      // Another gateway was first.
      return undefined;
    }
  }
}

/**
 * Sees to it that the program that starts the gateway has an administrator's key: the one it kept, where it is taken
 * still, else a new one of the given name.
 */
export async function machineKey(ring: KeyRing, name: string, kept?: string): Promise<MadeKey | undefined> {
  const known = kept === undefined ? undefined : readKey(kept);
  const record = known && ring.find(known.id);
  if (record && isTaken(ring, record.id) && secretOf(record, known.secret, ring.now())) return undefined;
  return ring.create({ name, ...ADMIN });
}

const isTaken = (ring: KeyRing, id: string): boolean => {
  const record = ring.find(id);
  return record !== undefined && statusOf(record, ring.now()) === 'active';
};

const isThere = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'key-values/key-exists';
