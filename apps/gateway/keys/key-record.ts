import { grantsOf, statusOf, type KeyRecord, type KeyStatus } from '#libs/key-registry';
import { matches } from './api-key.js';

/** A key as it is shown: without its secret, which nobody knows but its holder. */
export interface KeyView extends Pick<
  KeyRecord,
  'id' | 'name' | 'userId' | 'role' | 'createdAt' | 'createdBy' | 'rotatedAt' | 'expiresAt' | 'revokedAt'
> {
  readonly status: KeyStatus;
  readonly permissions: readonly string[];
  readonly lastUsedAt: string | null;
}

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
