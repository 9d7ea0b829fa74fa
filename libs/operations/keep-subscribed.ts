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

export interface KeptSubscription {
  readonly name: string;
  /** False from the end of a subscription until the next one has begun. */
  isFollowing(): boolean;
  close(): Promise<void>;
}

/** Follows something for good: a subscription that ends by itself is begun anew, and said to be. */
export async function keepSubscribed({
  name,
  begin,
  closing,
  error,
}: KeepSubscribedOptions): Promise<KeptSubscription> {
  let current = await begin();
  let following = true;
  const watch = (subscription: Subscription): void => {
    current = subscription;
    following = true;
    void subscription.closed.then(async (reason) => {
      following = false;
      if (closing.aborted) return;
      error(`${name} has ended and begins anew: ${reason?.message ?? 'no reason was given'}`);
      await keepTrying(begin, closing).then(watch, (failure: unknown) => {
        if (!closing.aborted) error(`${name} is not followed any more: ${String(failure)}`);
      });
    });
  };
  watch(current);
  return { name, isFollowing: () => following, close: () => current.close() };
}
