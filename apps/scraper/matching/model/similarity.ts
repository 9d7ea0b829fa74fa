/** Tells how alike two vectors of one length are by the cosine of their angle; 0 where one of them has no length. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  let [dot, lengthA, lengthB] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    dot += value * other;
    lengthA += value * value;
    lengthB += other * other;
  }
  const length = Math.sqrt(lengthA) * Math.sqrt(lengthB);
  const similarity = dot / length;
  return Number.isFinite(similarity) ? similarity : 0;
}

/** Which similarity counts as nothing, and which as all: every model has its own. */
export interface SimilarityRange {
  readonly low: number;
  readonly high: number;
}

/** Makes a score from 0 to 1 of a similarity. */
export const scoreOf = (similarity: number, { low, high }: SimilarityRange): number =>
  Math.min(1, Math.max(0, (similarity - low) / (high - low)));
