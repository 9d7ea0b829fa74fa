import { ROLES, type Role } from './roles.js';

/** The bucket that keys lie in. */
export const KEYS_BUCKET = 'api_keys';
/** The first part of the names that their records go by; the second is the key's id. */
export const KEY_RECORDS = 'key';

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

/** What a key lets its holder do. */
export const grantsOf = ({ role, permissions }: Pick<KeyRecord, 'role' | 'permissions'>): readonly string[] =>
  permissions ?? (role ? ROLES[role] : []);

export function statusOf(
  { revokedAt, expiresAt }: Pick<KeyRecord, 'revokedAt' | 'expiresAt'>,
  now: number,
): KeyStatus {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}

/** Until when a key is taken, in milliseconds since 1970. */
export const endOf = ({ expiresAt }: Pick<KeyRecord, 'expiresAt'>): number | undefined =>
  expiresAt === null ? undefined : Date.parse(expiresAt);
