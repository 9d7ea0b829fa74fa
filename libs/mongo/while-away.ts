import { isUnavailable } from './errors.js';
import type { ConnectionLog } from './keep-connecting.js';

export interface Patience {
  /** Waits; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Ends the waiting; the last error is thrown then. */
  readonly signal: AbortSignal;
  readonly log: ConnectionLog;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * Does work that is safe to repeat, and does it again for as long as the database is away. Any other error is
 * thrown at once. Logs one line when it begins to wait, and one when it goes on.
 */
export async function repeatWhileAway<T>(
  what: string,
  work: () => Promise<T>,
  patience: Patience,
): Promise<T> {
  const { signal, sleep, log } = patience;
  for (let tries = 1, delay = FIRST_DELAY_MS; ; tries++, delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    try {
      const done = await work();
      if (tries > 1) log.info(`${what}: the database answers again after ${tries - 1} vain tries`);
      return done;
    } catch (error) {
      if (signal.aborted || !isUnavailable(error)) throw error;
      if (tries === 1) log.warn(`${what}: the database does not answer; trying again until it does`);
      await sleep(delay, signal);
    }
  }
}
