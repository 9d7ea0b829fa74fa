import type { FlowRunId, RunLog, Subscription } from '#libs/run-log';

/** Waits for results as a viewer does: one watch over the log, for however many runs. */
export class RunResults {
  private readonly waiting = new Map<FlowRunId, (result: unknown) => void>();
  private readonly early = new Map<FlowRunId, unknown>();
  private subscription: Subscription | undefined;

  /** Begins to watch, from now on. */
  static async follow(log: RunLog): Promise<RunResults> {
    const results = new RunResults();
    results.subscription = await log.watch('RUN', {}, ({ event, runId }) => {
      if (event.type === 'FlowCompleted') results.take(runId, event.result);
    });
    return results;
  }

  /** Waits for the result of one run. */
  async of(runId: FlowRunId): Promise<unknown> {
    if (!this.early.has(runId)) return new Promise((resolve) => this.waiting.set(runId, resolve));
    const result = this.early.get(runId);
    this.early.delete(runId);
    return result;
  }

  async close(): Promise<void> {
    await this.subscription?.close();
  }

  private take(runId: FlowRunId, result: unknown): void {
    const resolve = this.waiting.get(runId);
    if (resolve) resolve(result);
    else this.early.set(runId, result);
    this.waiting.delete(runId);
  }
}
