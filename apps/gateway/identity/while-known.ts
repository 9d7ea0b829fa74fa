import { credentialsOver } from './errors.js';
import type { Identity } from './identity.js';

/**
 * Waits for something on somebody's behalf, for as long as they are known: the signal is aborted when their key or
 * token is taken no more. Throws UnauthenticatedError then, whatever has come of it.
 */
export async function whileKnown<T>(
  identity: Identity,
  waiting: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const leave = identity.onEnd?.(() => over.abort());
  try {
    const result = await waiting(over.signal);
    if (over.signal.aborted) throw credentialsOver();
    return result;
  } finally {
    leave?.();
  }
}
