type Close = () => Promise<unknown>;

/** Knows what was started, and ends it in the reverse order whichever way the session ends. */
export class Cleanup {
  private readonly opened: Close[] = [];
  private running: Promise<void> | undefined;

  add(close: Close): void {
    this.opened.push(close);
  }

  /** Safe to call twice: the second caller waits for the first. */
  run(): Promise<void> {
    return (this.running ??= this.closeAll());
  }

  private async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.opened.pop(); close; close = this.opened.pop())
      await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be ended');
  }
}
