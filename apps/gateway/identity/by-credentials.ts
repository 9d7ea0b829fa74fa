import type { IncomingHttpHeaders } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import { covers } from '#libs/operations';
import { looksLikeKey } from '../keys/api-key.js';
import type { KeyRing } from '../keys/key-ring.js';
import { credentialsOf } from './credentials.js';
import { badToken, NotForOthersError } from './errors.js';
import { channelOf, namedUser } from './identify.js';
import type { Identify, Identity } from './identity.js';
import { byKey } from './key-holder.js';
import { ACT_FOR_OTHERS } from './special-permissions.js';
import type { Tokens } from './tokens.js';

export interface KnownBy {
  readonly ring: KeyRing;
  /** Where tokens of somebody else are taken, too. */
  readonly tokens?: Tokens;
  readonly logger: LoggerService;
}

/**
 * Knows who asks by a key or a token, and by nothing else that a request says. Who may act for others can name a user
 * by X-User-Id; it is then that user's work, done with the rights of the one who asks, and says so.
 */
export function byCredentials({ ring, tokens, logger }: KnownBy): Identify {
  return async (headers) => {
    const text = credentialsOf(headers);
    if (looksLikeKey(text)) return actingFor(byKey(ring, text, channelOf(headers)), headers, logger);
    if (!tokens) throw badToken('this gateway takes keys that begin with jh_, and no tokens');
    return actingFor(await tokens.check(text, channelOf(headers)), headers, logger);
  };
}

function actingFor(identity: Identity, headers: IncomingHttpHeaders, logger: LoggerService): Identity {
  const named = namedUser(headers);
  const { userId, grants = [] } = identity.actor;
  if (named === undefined || named === userId) return identity;
  if (!covers(grants, ACT_FOR_OTHERS)) throw new NotForOthersError(userId, named);
  logger.log(`${userId} acts for ${named}`, identity.keyId ? { keyId: identity.keyId } : {});
  return { ...identity, actor: { ...identity.actor, userId: named, by: userId } };
}
