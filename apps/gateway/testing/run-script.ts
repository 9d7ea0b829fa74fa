import { millis, streamSeq, taskRunId } from '#libs/run-log';
import type { Actor, DecisionEvent, FactEvent, FlowRunId, RunLog, StreamSeq } from '#libs/run-log';

const ACTOR: Actor = { userId: 'local', channel: 'api' };

/** Speaks for a client, an orchestrator and a service, so that a test decides what a run's log holds and when. */
export class RunScript {
  private decided: StreamSeq = streamSeq(0);

  constructor(
    private readonly log: RunLog,
    readonly runId: FlowRunId,
  ) {}

  start(): Promise<StreamSeq> {
    return this.log.start(this.runId, {
      type: 'StartRequested',
      flow: 'song',
      input: { verses: 2 },
      inputHash: 'hash',
      actor: ACTOR,
      flags: {},
      tags: ['evening'],
    });
  }

  async decide(...decisions: DecisionEvent[]): Promise<StreamSeq> {
    return (this.decided = await this.log.decide(this.runId, this.decided, decisions));
  }

  begin(): Promise<StreamSeq> {
    return this.decide({ type: 'FlowStarted', flow: 'song', version: '1', tags: [] });
  }

  schedule(step: number): Promise<StreamSeq> {
    return this.decide(scheduled(step));
  }

  succeed(step: number): Promise<StreamSeq> {
    return this.log.outcome(this.runId, finished(step));
  }

  /** Ends the run in favour of another, which is started where a test starts it. */
  async continueAs(nextRunId: FlowRunId): Promise<RunScript> {
    await this.decide({ type: 'FlowContinued', nextRunId, input: {}, fedSeq: streamSeq(1) });
    return new RunScript(this.log, nextRunId);
  }

  complete(result: unknown = { sung: true }): Promise<StreamSeq> {
    return this.decide({ type: 'FlowCompleted', result });
  }
}

export function scheduled(step: number): DecisionEvent {
  return {
    type: 'TaskScheduled',
    step,
    task: 'verse',
    attempt: 1,
    lane: 'normal',
    execution: 'at-least-once',
    reuseKey: `verse-${step}`,
    taskRunId: taskRunId(`task-${step}`),
    service: 'singer',
    operation: 'sing',
    contractVersion: 1,
    input: { step },
    actor: ACTOR,
    flags: {},
    tags: [],
    idempotencyKey: `key-${step}`,
    createTaskrun: true,
  };
}

export function finished(step: number): Extract<FactEvent, { type: 'TaskFinished' }> {
  return {
    type: 'TaskFinished',
    taskRunId: taskRunId(`task-${step}`),
    attempt: 1,
    operation: 'sing',
    startedAt: millis(1_000),
    finishedAt: millis(1_250),
    deliveries: 1,
    by: 'singer-1',
    outcome: { status: 'success', result: { sung: step } },
  };
}
