import type { FlowRunId, LogEntry, TraceContext } from '#libs/run-log';
import { traceIdOf } from '#libs/telemetry';
import type { ActorEnvironment } from './actor-environment.js';
import { isPassing } from './is-passing.js';

/** Lines that a run writes, and lines that the orchestrator writes about it. */
export class RunLines {
  /** What the run's messages carry, once it is known. */
  trace: TraceContext | undefined;

  constructor(
    private readonly runId: FlowRunId,
    private readonly env: Pick<ActorEnvironment, 'log' | 'logger'>,
  ) {}

  /** A line that cannot be written must not reach the flow: on replay it would not be there. */
  emit(entry: LogEntry): void {
    try {
      this.env.log.publishLive(this.runId, { type: 'LogEmitted', entry }, this.trace);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.warn(
        `run ${this.runId}: the fields of the line ${JSON.stringify(entry.message)} cannot be kept: ${why}`,
      );
      const { fields: _, ...rest } = entry;
      this.env.log.publishLive(this.runId, { type: 'LogEmitted', entry: rest }, this.trace);
    }
  }

  /** Tells why the run does not go on. */
  report(error: unknown): void {
    const what = error instanceof Error ? error.message : String(error);
    if (isPassing(error)) this.warn(`run ${this.runId} waits: ${what}`);
    else {
      const whole = error instanceof Error ? (error.stack ?? what) : what;
      this.error(`run ${this.runId}: ${whole}`);
    }
  }

  warn(message: string): void {
    this.env.logger.warn(message, this.ids);
  }

  error(message: string): void {
    this.env.logger.error(message, this.ids);
  }

  /** What lines about the run carry, to be found by. */
  private get ids(): object {
    const traceId = this.trace && traceIdOf(this.trace);
    return { flowRunId: this.runId, ...(traceId === undefined ? {} : { traceId }) };
  }
}
