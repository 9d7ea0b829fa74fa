import type { Writable } from 'node:stream';
import type { Identity } from './identity.js';

/** Closes what is shown to somebody as soon as the key or token that it was asked for with is taken no more. */
export function endWith(identity: Identity, response: Writable): void {
  const leave = identity.onEnd?.(() => response.destroy());
  if (leave) response.once('close', leave);
}
