import { covers } from '#libs/operations';
import type { Actor } from '#libs/run-log';

/** The one person of a machine that is nobody else's, and the platform itself, see everything. */
const PLATFORM = 'system';
const MACHINE_USER = 'local';
const PERSONAL_CHANNELS: readonly string[] = ['api', 'cli', 'ui'];

/** What lets somebody see and steer what was done on behalf of others. */
export const EVERYBODYS = 'runs:any';

/**
 * Tells whose records and runs an asker may see; undefined means everybody's. Where grants are known they decide, save
 * for whoever acts for a user: that one sees what the user would.
 */
export function scopeOf({ userId, channel, grants, by }: Actor): string | undefined {
  if (grants) return by === undefined && covers(grants, EVERYBODYS) ? undefined : userId;
  const isAdmin = userId === PLATFORM || (userId === MACHINE_USER && PERSONAL_CHANNELS.includes(channel));
  return isAdmin ? undefined : userId;
}

/** Tells whether an asker may see what was done on behalf of `owner`. */
export function maySee(actor: Actor, owner: Pick<Actor, 'userId'>): boolean {
  const scope = scopeOf(actor);
  return scope === undefined || scope === owner.userId;
}
