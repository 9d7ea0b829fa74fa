import type { Subscription } from './run-log.js';

/** Makes a subscription that ends when it is closed, or by `end`. */
export function subscriptionOf(stop: () => Promise<void>): Subscription & { end(reason: Error): void } {
  let settle: (reason: Error | undefined) => void = () => undefined;
  let closing: Promise<void> | undefined;
  const closed = new Promise<Error | undefined>((resolve) => (settle = resolve));
  return {
    closed,
    close: async () => {
      closing ??= stop();
      await closing;
      settle(undefined);
    },
    end: (reason) => settle(reason),
  };
}
