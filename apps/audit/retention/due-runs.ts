import type { Collections } from '../projection/collections.js';

export interface DueRun {
  readonly _id: string;
  readonly finishedAt: Date | null;
}

/**
 * Goes through the runs that are due, the oldest first. Those that have to stay are passed by, however many they are,
 * and looked at again when the time has come to begin anew.
 */
export class DueRuns {
  private passed: { readonly last: DueRun; readonly until: number } | undefined;

  constructor(
    private readonly flowRuns: Collections['flowRuns'],
    /** How long to go on before those that had to stay are looked at again, in milliseconds. */
    private readonly againAfterMs: number,
  ) {}

  async next(endedBefore: number, now: number, most: number): Promise<DueRun[]> {
    if (this.passed && now >= this.passed.until) this.passed = undefined;
    const { finishedAt, _id } = this.passed?.last ?? {};
    const span = { $lt: new Date(endedBefore) };
    return this.flowRuns
      .find<DueRun>(
        {
          inLog: true,
          ...(finishedAt && _id
            ? {
                finishedAt: { ...span, $gte: finishedAt },
                $or: [{ finishedAt: { $gt: finishedAt } }, { _id: { $gt: _id } }],
              }
            : { finishedAt: span }),
        },
        { projection: { finishedAt: 1 } },
      )
      .sort({ finishedAt: 1, _id: 1 })
      .limit(most)
      .toArray();
  }

  /** Goes on behind a run from now on. */
  pass(last: DueRun, now: number): void {
    this.passed = { last, until: this.passed?.until ?? now + this.againAfterMs };
  }

  /** Whether some had to stay. */
  get hasPassed(): boolean {
    return this.passed !== undefined;
  }
}
