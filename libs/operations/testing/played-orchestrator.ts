import { setTimeout as waitFor } from 'node:timers/promises';
import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type {
  FactEvent,
  FlowRunId,
  JetStreamRunLog,
  LiveEvent,
  Outcome,
  StreamSeq,
  TaskScheduled,
} from '#libs/run-log';
import type { OperationContract } from '../contract.js';

type Finished = Extract<FactEvent, { type: 'TaskFinished' }>;

export interface PlayedRun {
  readonly runId: FlowRunId;
  readonly task: TaskScheduled;
}

/** Schedules tasks and hears how they end, as the orchestrator would, one task a run. */
export class PlayedOrchestrator {
  private count = 0;
  private readonly last = new Map<FlowRunId, StreamSeq>();
  private readonly finished = new Map<FlowRunId, Finished[]>();
  private readonly waiting = new Set<() => void>();
  readonly live: LiveEvent[] = [];

  private constructor(private readonly log: JetStreamRunLog) {}

  static async on(log: JetStreamRunLog): Promise<PlayedOrchestrator> {
    const orchestrator = new PlayedOrchestrator(log);
    await log.watch('RUN', {}, ({ event, runId }) => {
      if (event.type !== 'TaskFinished') return;
      orchestrator.finished.set(runId, [...(orchestrator.finished.get(runId) ?? []), event]);
      orchestrator.wake();
    });
    await log.watch('LIVE', {}, ({ event }) => {
      orchestrator.live.push(event);
      orchestrator.wake();
    });
    return orchestrator;
  }

  async schedule(contract: OperationContract, details: Partial<TaskScheduled> = {}): Promise<PlayedRun> {
    const nth = ++this.count;
    const runId = flowRunId(`run-${nth}`);
    const task: TaskScheduled = {
      type: 'TaskScheduled',
      step: 1,
      task: contract.name,
      attempt: 1,
      lane: 'normal',
      execution: contract.execution,
      reuseKey: 'key',
      taskRunId: taskRunId(`task-${nth}`),
      service: contract.service,
      operation: contract.name,
      contractVersion: contract.version,
      input: {},
      actor: { userId: 'anna', channel: 'flow' },
      flags: {},
      tags: [],
      idempotencyKey: `key-${nth}`,
      createTaskrun: true,
      timeoutMs: millis(30_000),
      ...details,
    };
    await this.again({ runId, task });
    return { runId, task };
  }

  /** Schedules the same attempt once more. */
  async again({ runId, task }: PlayedRun): Promise<void> {
    this.last.set(runId, await this.log.decide(runId, this.last.get(runId) ?? streamSeq(0), [task]));
  }

  /** Resolves with the nth outcome of a run's task. */
  async outcome({ runId }: PlayedRun, nth = 1): Promise<Outcome> {
    const find = (): Finished | undefined => this.finished.get(runId)?.[nth - 1];
    await this.until(() => find() !== undefined);
    return find()!.outcome;
  }

  /** Schedules the attempt again when each deferral is over, and resolves with the outcome that ends it. */
  async settled(run: PlayedRun): Promise<Outcome> {
    for (let nth = 1; ; nth++) {
      const outcome = await this.outcome(run, nth);
      if (outcome.status !== 'deferred') return outcome;
      // As the engine's timer does. Who came back at once would be told the same time twice, which is one message.
      await waitFor(Math.max(0, outcome.until - Date.now()));
      await this.again(run);
    }
  }

  /** Resolves when a condition holds; looked at after each message. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds())
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
      });
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    waiting.forEach((resolve) => resolve());
  }
}
