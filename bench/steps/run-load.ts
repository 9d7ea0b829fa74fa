/** What is asked of the process that runs flows. */
export interface Load {
  readonly side: 'ours' | 'bare';
  /** Runs under way at a time. */
  readonly parallel: number;
  /** No run begins after so many milliseconds; those under way are finished. */
  readonly forMs: number;
}

export interface LoadDone {
  readonly runs: number;
  readonly ms: number;
}

/** Keeps so many runs under way for a while. */
export async function runLoad(
  one: () => Promise<void>,
  { parallel, forMs }: Pick<Load, 'parallel' | 'forMs'>,
): Promise<LoadDone> {
  const begun = performance.now();
  let runs = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - begun < forMs) {
      await one();
      runs++;
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return { runs, ms: performance.now() - begun };
}
