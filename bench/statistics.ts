/** The value below which the given share of all values lies; NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Two kinds of the same work, measured by turns so that a busy moment of the machine falls on both. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

export interface PairSummary {
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
}

/** Medians of both sides, and the median of the ratios of neighbours. */
export function summarise({ ours, bare }: Pairs): PairSummary {
  return {
    ours: median(ours),
    reference: median(bare),
    ratio: median(ours.map((value, nth) => value / (bare[nth] ?? Number.NaN))),
  };
}
