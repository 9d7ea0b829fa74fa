import { scopeOf } from '#libs/contracts';
import type { Actor } from '#libs/run-log';
import { NotAllowedError } from './errors.js';

/** Gives the filter by user. Throws NotAllowedError when somebody asks for another's records. */
export function userFilter(actor: Actor, asked: string | undefined): { 'actor.userId'?: string } {
  const scope = scopeOf(actor);
  if (scope !== undefined && asked !== undefined && asked !== scope) {
    const message = 'only your own records can be asked for';
    throw new NotAllowedError(message, [{ field: 'user', value: asked, message }]);
  }
  const user = scope ?? asked;
  return user === undefined ? {} : { 'actor.userId': user };
}
