import { startOrchestrator } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import type { Orchestrator } from '#libs/flows';
import { millis, taskRunId } from '#libs/run-log';
import type { FlowRunId, RunLog } from '#libs/run-log';
import type { NatsConnection } from '@nats-io/transport-node';
import { Echo } from '../no-op/echo.contract.js';
import { benchFlows } from '../no-op/registry.js';
import { hearingDecisions } from '../steps/run-ends.js';
import type { LongHistory } from './long-history.js';

/** Milliseconds of each round. */
export interface ReplayTimes {
  /** From the outcome of a task to the next decision, the run having to be read and gone over first. */
  readonly whole: readonly number[];
  /** The same with the run in memory. */
  readonly resident: readonly number[];
  /** Reading the run's history, decoded. */
  readonly reading: readonly number[];
}

/** An orchestrator that is made to forget a run again and again; the bench plays the service. */
export class Replays {
  private readonly deciding = new Map<FlowRunId, () => void>();
  /** Number of each run's open step, where it was moved on. */
  private readonly openSteps = new Map<FlowRunId, number>();
  private orchestrator: Orchestrator | undefined;

  constructor(
    private readonly log: RunLog,
    private readonly connection: NatsConnection,
    private readonly text: string,
  ) {}

  /** Starts the orchestrator; histories are stored before that, for it would go on with them. */
  async start(): Promise<void> {
    const log = hearingDecisions(this.log, (runId) => this.deciding.get(runId)?.());
    this.orchestrator = await startOrchestrator({
      log,
      registry: benchFlows(),
      // No flow of the bench has a state.
      buckets: jetStreamBuckets(this.connection),
      logger: console,
    });
  }

  async measure({ runId, openStep, events }: LongHistory, rounds: number): Promise<ReplayTimes> {
    const whole: number[] = [];
    const resident: number[] = [];
    const reading: number[] = [];
    let step = this.openSteps.get(runId) ?? openStep;
    for (let round = 0; round < rounds; round++) {
      const begunAt = performance.now();
      const { events: read } = await this.log.readRun(runId);
      reading.push(performance.now() - begunAt);
      if (read.length < events) throw new Error(`${read.length} events of ${events} were read`);
      await this.orchestrator?.evictIdle();
      whole.push(await this.finish(runId, step++));
      resident.push(await this.finish(runId, step++));
    }
    this.openSteps.set(runId, step);
    return { whole, resident, reading };
  }

  async close(): Promise<void> {
    await this.orchestrator?.close();
  }

  /** Says that a step is done, and waits for the decision that follows; gives milliseconds. */
  private async finish(runId: FlowRunId, step: number): Promise<number> {
    const now = millis(Date.now());
    const decided = new Promise<void>((resolve) => this.deciding.set(runId, resolve));
    const begunAt = performance.now();
    await this.log.outcome(runId, {
      type: 'TaskFinished',
      taskRunId: taskRunId(`${runId}-${step}`),
      attempt: 1,
      operation: Echo.name,
      startedAt: now,
      finishedAt: now,
      deliveries: 1,
      by: 'bench',
      outcome: { status: 'success', result: { text: this.text } },
    });
    await decided;
    return performance.now() - begunAt;
  }
}
