import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '#libs/run-log';
import { BadHeaderError } from '../problems/errors.js';
import type { Identify } from './identity.js';
import { isUserId, LOCAL_USER, USER_ID_EXPECTED } from './user-ids.js';

const CHANNELS = ['api', 'cli', 'ui'] as const;

/** Believes the headers X-User-Id and X-Channel, as fits a gateway that only its own machine can reach. */
export const byHeaders: Identify = (headers) => ({
  actor: { userId: namedUser(headers) ?? LOCAL_USER, channel: channelOf(headers) },
  method: 'off',
});

/** Reads X-User-Id; undefined where it is not there. Throws BadHeaderError. */
export function namedUser(headers: IncomingHttpHeaders): string | undefined {
  const userId = headers['x-user-id'];
  if (userId === undefined || isUserId(userId)) return userId;
  throw new BadHeaderError('X-User-Id', userId, USER_ID_EXPECTED);
}

/** Reads X-Channel. Throws BadHeaderError. */
export function channelOf(headers: IncomingHttpHeaders): Actor['channel'] {
  const said = headers['x-channel'] ?? 'api';
  const channel = CHANNELS.find((known) => known === said);
  if (!channel) throw new BadHeaderError('X-Channel', said, `expected one of ${CHANNELS.join(', ')}`);
  return channel;
}
