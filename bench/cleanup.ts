type Close = () => Promise<unknown>;

/** Knows what was started and stops it, whichever way a measure ends. */
export class Cleanup {
  private readonly opened: Close[] = [];

  add(close: Close): void {
    this.opened.push(close);
  }

  /** Stops everything in the reverse order of its start; what fails does not keep the rest from being stopped. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.opened.pop(); close; close = this.opened.pop())
      await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped');
  }
}
