import type { Outcome } from '#libs/run-log';
import { toErrorRecord } from './error-record.js';
import { GaveUpError, keepTrying } from './keep-trying.js';

/**
 * Stores how an execution ended and tells what was stored. An outcome that the log cannot take, for it is too large,
 * becomes a failure that says so: without any outcome the caller would wait for ever.
 * Throws GaveUpError once `until` is aborted.
 */
export async function storeOutcome<T>(
  outcome: Outcome,
  store: (outcome: Outcome) => Promise<T>,
  until: AbortSignal,
): Promise<{ readonly outcome: Outcome; readonly stored: T }> {
  try {
    return { outcome, stored: await keepTrying(() => store(outcome), until) };
  } catch (error) {
    if (error instanceof GaveUpError) throw error;
    const instead: Outcome = { status: 'failed', error: toErrorRecord(error) };
    return { outcome: instead, stored: await keepTrying(() => store(instead), until) };
  }
}
