/** What the checker counts. Each is 0 after a session in which the platform kept its word. */
export interface Counts {
  /** Runs, or words to a run, that a client was promised and that the log does not hold. */
  lost: number;
  /** Runs that did not end. */
  stuck: number;
  /** Runs whose decisions are not what a replay of their triggers gives. */
  diverged: number;
  /** Steps that were begun again after their success was in the log. */
  redone: number;
  /** Effects that must come once at most and came again. */
  doubled: number;
  /** Records of the audit that a rebuild from zero does not give. */
  auditDiffers: number;
}

/** What a session was like, and what was found wrong with it, in words. */
export interface Verdict {
  readonly counts: Counts;
  readonly findings: readonly string[];
}

/** Takes findings, one for each thing that is counted. */
export class Findings {
  readonly counts: Counts = { lost: 0, stuck: 0, diverged: 0, redone: 0, doubled: 0, auditDiffers: 0 };
  readonly told: string[] = [];

  add(what: keyof Counts, sentence: string): void {
    this.counts[what]++;
    this.told.push(`${what}: ${sentence}`);
  }
}
