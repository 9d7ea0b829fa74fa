import { matches } from './api-key.js';
import { ROLES } from '../identity/roles.js';
import type { Role } from '../identity/roles.js';

/** A key as it is stored. Times are ISO 8601. */
export interface KeyRecord {
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  readonly userId: string;
  /** A role, or else the permissions themselves. */
  readonly role: Role | null;
  readonly permissions: readonly string[] | null;
  readonly hash: string;
  /** The secret before the last rotation, for as long as it is still taken. */
  readonly previous: { readonly hash: string; readonly until: string } | null;
  readonly createdAt: string;
  /** Whose key or token made it; null for those that the gateway makes itself. */
  readonly createdBy: string | null;
  readonly rotatedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export type KeyStatus = 'active' | 'expired' | 'revoked';

/** A key as it is shown: without its secret, which nobody knows but its holder. */
export interface KeyView extends Pick<
  KeyRecord,
  'id' | 'name' | 'userId' | 'role' | 'createdAt' | 'createdBy' | 'rotatedAt' | 'expiresAt' | 'revokedAt'
> {
  readonly status: KeyStatus;
  readonly permissions: readonly string[];
  readonly lastUsedAt: string | null;
}

/** What a key lets its holder do. */
export const grantsOf = ({ role, permissions }: Pick<KeyRecord, 'role' | 'permissions'>): readonly string[] =>
  permissions ?? (role ? ROLES[role] : []);

export function statusOf({ revokedAt, expiresAt }: KeyRecord, now: number): KeyStatus {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}

/** Until when a key is taken, in milliseconds since 1970. */
export const endOf = ({ expiresAt }: KeyRecord): number | undefined =>
  expiresAt === null ? undefined : Date.parse(expiresAt);

/**
 * Tells whether a secret is that of a key, and until when: one that was replaced may be taken for a while longer.
 * Both are compared whatever the first comparison says.
 */
export function secretOf(
  { hash, previous }: KeyRecord,
  secret: string,
  now: number,
): { readonly until?: number } | undefined {
  const isCurrent = matches(secret, hash);
  const until = previous === null ? 0 : Date.parse(previous.until);
  const isPrevious = matches(secret, previous?.hash ?? hash) && previous !== null;
  if (isCurrent) return {};
  return isPrevious && until > now ? { until } : undefined;
}

export function viewOf(record: KeyRecord, lastUsedAt: number | undefined, now: number): KeyView {
  const { id, name, userId, role, createdAt, createdBy, rotatedAt, expiresAt, revokedAt } = record;
  return {
    ...{ id, name, userId, role, createdAt, createdBy, rotatedAt, expiresAt, revokedAt },
    status: statusOf(record, now),
    permissions: grantsOf(record),
    lastUsedAt: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
  };
}
