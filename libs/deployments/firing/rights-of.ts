import { grantsOf, KeyRecords, KEYS_BUCKET, statusOf } from '#libs/key-registry';
import type { Buckets } from '#libs/key-values';
import { narrowed } from '#libs/operations';
import type { Actor } from '#libs/run-log';
import { KeyOverError } from '../errors.js';

/**
 * Tells with which rights the runs of an owner act now. Throws KeyOverError where the key is taken no more by which
 * the deployment was put, and what may pass where that cannot be told.
 */
export type RightsOf = (owner: Actor) => Promise<Actor>;

/** Lets every owner keep what they had: where no keys are known. */
export const rightsKept: RightsOf = async (owner) => owner;

export interface Rights {
  readonly rightsOf: RightsOf;
  close(): void;
}

/**
 * Looks at the keys that owners came by: they may do what their key allows now and allowed then. Owners without one
 * came by a token, of which nothing is kept, or from where nobody is asked who they are: they keep what they had. The
 * keys are read when the first one is asked for, and followed from then on.
 */
export function rightsByKeys(buckets: Buckets, now: () => number = Date.now): Rights {
  let opened: Promise<KeyRecords> | undefined;
  let isClosed = false;
  const records = (): Promise<KeyRecords> => {
    if (opened) return opened;
    const opening = KeyRecords.open(buckets.open(KEYS_BUCKET));
    opened = opening;
    opening.then(
      (read) => void (isClosed && read.close()),
      () => void (opened = undefined),
    );
    return opening;
  };
  return {
    rightsOf: async (owner) => {
      if (owner.key === undefined || !owner.grants) return owner;
      const record = (await records()).find(owner.key);
      if (!record) throw new KeyOverError(owner.key, 'is known no more');
      const status = statusOf(record, now());
      if (status === 'revoked') throw new KeyOverError(owner.key, `was revoked at ${record.revokedAt}`);
      if (status === 'expired') throw new KeyOverError(owner.key, `has expired at ${record.expiresAt}`);
      return { ...owner, grants: narrowed(owner.grants, grantsOf(record)) };
    },
    close: () => {
      isClosed = true;
      void opened?.then(
        (read) => read.close(),
        () => undefined,
      );
    },
  };
}
