import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '#libs/run-log';
import { BadHeaderError } from '../problems/errors.js';

/** Under which the way of telling who asks is injected; what checks keys or tokens takes its place. */
export const IDENTIFY = Symbol('identify');

/** Tells on whose behalf a request comes. Throws where it may not come at all. */
export type Identify = (headers: IncomingHttpHeaders) => Actor | Promise<Actor>;

/** Who asks where nobody says so: the one person whose machine this is. */
export const LOCAL_USER = 'local';

const CHANNELS = ['api', 'cli', 'ui'] as const;
const USER = /^[A-Za-z0-9._@+-]{1,256}$/;

/** Believes the headers X-User-Id and X-Channel, as fits a gateway that only its own machine can reach. */
export const byHeaders: Identify = (headers) => {
  const userId = headers['x-user-id'] ?? LOCAL_USER;
  if (typeof userId !== 'string' || !USER.test(userId))
    throw new BadHeaderError('X-User-Id', userId, 'expected 1 to 256 letters, digits or . _ @ + -');
  const said = headers['x-channel'] ?? 'api';
  const channel = CHANNELS.find((known) => known === said);
  if (!channel) throw new BadHeaderError('X-Channel', said, `expected one of ${CHANNELS.join(', ')}`);
  return { userId, channel };
};
