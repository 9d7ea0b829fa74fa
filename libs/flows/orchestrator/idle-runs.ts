/** A run in memory that waits for its next trigger. */
export interface IdleRun {
  /** Forgets the run; it is read from the log when it is next fed. */
  leave(): void;
}

/** The runs of a process that are in memory and have nothing to do, over all its partitions, longest unused first. */
export class IdleRuns {
  private readonly since = new Map<IdleRun, number>();

  constructor(
    private readonly most: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Takes a run that has come to rest; the one that has rested longest goes where there are too many. */
  rest(run: IdleRun): void {
    this.since.delete(run);
    this.since.set(run, this.clock());
    if (this.since.size <= this.most) return;
    const [longest] = this.since.keys();
    if (longest) this.dismiss(longest);
  }

  /** The run is wanted, or is gone. */
  take(run: IdleRun): void {
    this.since.delete(run);
  }

  /** Dismisses those that have rested for so many milliseconds. */
  dismissAfter(ms: number): void {
    const before = this.clock() - ms;
    for (const [run, since] of this.since) {
      if (since > before) return;
      this.dismiss(run);
    }
  }

  private dismiss(run: IdleRun): void {
    this.since.delete(run);
    run.leave();
  }
}
