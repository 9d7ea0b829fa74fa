import { FlowUsageError } from './core/index.js';

/**
 * Runs `fn` for each item, at most `concurrency` at a time, and keeps the order of the results. The first failure
 * rejects at once and no further item is begun. Awaits nothing of its own, so that it is the same on replay.
 */
export function mapConcurrently<T, R>(
  items: readonly T[],
  fn: (item: T, index: number) => Promise<R>,
  concurrency = Infinity,
): Promise<R[]> {
  if (!(concurrency >= 1))
    throw new FlowUsageError(`map: concurrency is ${concurrency}, expected a number of at least 1`);
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await fn(items[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const all = Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker)).then(
    () => results,
  );
  // Like every promise of a context, it may be awaited later than it fails.
  all.catch(() => undefined);
  return all;
}
