import type { Subscription } from '#libs/run-log';
import { keepTrying } from './keep-trying.js';

export interface KeepSubscribedOptions {
  /** What is followed, for the sentences. */
  readonly name: string;
  readonly begin: () => Promise<Subscription>;
  /** Aborted when nothing is to be followed any more. */
  readonly closing: AbortSignal;
  readonly error: (sentence: string) => void;
}

/** Follows something for good: a subscription that ends by itself is begun anew, and said to be. */
export async function keepSubscribed({
  name,
  begin,
  closing,
  error,
}: KeepSubscribedOptions): Promise<{ close(): Promise<void> }> {
  let current = await begin();
  const watch = (subscription: Subscription): void => {
    current = subscription;
    void subscription.closed.then(async (reason) => {
      if (closing.aborted) return;
      error(`${name} has ended and begins anew: ${reason?.message ?? 'no reason was given'}`);
      await keepTrying(begin, closing).then(watch, (failure: unknown) => {
        if (!closing.aborted) error(`${name} is not followed any more: ${String(failure)}`);
      });
    });
  };
  watch(current);
  return { close: () => current.close() };
}
