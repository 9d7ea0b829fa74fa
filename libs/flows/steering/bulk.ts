/** How one item of bulk work went. */
export type BulkProgress<Id, R> =
  { readonly runId: Id; readonly done: R } | { readonly runId: Id; readonly error: Error };

export interface BulkOptions {
  /** How many are worked on at once. */
  readonly concurrency?: number;
  /** Nothing further is begun once it is aborted; what has begun is told of. */
  readonly signal?: AbortSignal;
}

/**
 * Does the same with many runs and tells of each as it is done, in the order of finishing. Ids are taken as there is
 * room for them, so that a long query is read no faster than it is worked off. One that fails stops no other. Whoever
 * stops listening stops the work: what has begun is awaited, nothing further is.
 */
export async function* bulk<Id, R>(
  ids: Iterable<Id> | AsyncIterable<Id>,
  work: (runId: Id) => Promise<R>,
  { concurrency = 8, signal }: BulkOptions = {},
): AsyncGenerator<BulkProgress<Id, R>, void, undefined> {
  const most = Math.max(1, Math.floor(concurrency));
  const source = Symbol.asyncIterator in ids ? ids[Symbol.asyncIterator]() : ids[Symbol.iterator]();
  const running = new Set<Promise<BulkProgress<Id, R>>>();
  const settled: BulkProgress<Id, R>[] = [];
  let more = true;

  const begin = (runId: Id): void => {
    const one = Promise.resolve()
      .then(() => work(runId))
      .then(
        (done): BulkProgress<Id, R> => ({ runId, done }),
        (error: unknown): BulkProgress<Id, R> => ({
          runId,
          error: error instanceof Error ? error : new Error(String(error)),
        }),
      );
    running.add(one);
    void one.then((progress) => {
      running.delete(one);
      settled.push(progress);
    });
  };

  try {
    for (;;) {
      while (more && running.size < most && settled.length === 0) {
        const next = signal?.aborted ? { done: true as const, value: undefined } : await source.next();
        if (next.done) more = false;
        else begin(next.value);
      }
      if (settled.length === 0 && running.size > 0) await Promise.race(running);
      const ready = settled.splice(0);
      if (ready.length === 0 && running.size === 0 && !more) return;
      yield* ready;
    }
  } finally {
    await source.return?.();
    await Promise.all(running);
  }
}
