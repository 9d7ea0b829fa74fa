import type { NatsConnection } from '@nats-io/transport-node';
import { isBrokerAway } from '#libs/key-values';
import { RetryableError } from './errors.js';
import { keepTrying } from './keep-trying.js';

/** The broker does not answer at present. */
class BrokerAwayError extends RetryableError {
  constructor(cause: unknown) {
    super('operation/broker-away', 'the broker does not answer', undefined, { cause });
  }
}

export interface UntilAnsweredOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly until?: AbortSignal;
  /** Hears of the first try that was not answered. */
  readonly onAway?: (error: unknown) => void;
}

/**
 * Repeats what the broker did not answer, for as long as its connection lives, so that a process that is just starting
 * waits as patiently as one that runs. Throws GaveUpError when the connection is closed or `until` is aborted, and what
 * the broker refuses at once.
 */
export async function untilAnswered<T>(
  nats: NatsConnection,
  attempt: () => Promise<T>,
  { until, onAway }: UntilAnsweredOptions = {},
): Promise<T> {
  const closed = new AbortController();
  void nats.closed().then(() => closed.abort());
  const signal = until ? AbortSignal.any([until, closed.signal]) : closed.signal;
  // A try that is under way when the connection is closed may never hear of it.
  const ended = new Promise<never>((_, reject) => {
    const end = (): void => reject(new BrokerAwayError(signal.reason));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  ended.catch(() => undefined);
  let away = false;
  return keepTrying(async () => {
    try {
      return await Promise.race([attempt(), ended]);
    } catch (error) {
      if (!signal.aborted && !isBrokerAway(error)) throw error;
      if (!away) onAway?.(error);
      away = true;
      throw new BrokerAwayError(error);
    }
  }, signal);
}
