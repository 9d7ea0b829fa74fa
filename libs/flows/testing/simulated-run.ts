import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { Actor, DecisionEvent, ErrorRecord, LogEntry, RunFlags, RunEvent, Trigger } from '#libs/run-log';
import { Execution, type HaltingError } from '../core/index.js';
import { programOf, type FlowDefinition } from '../flow.js';
import { settleMicrotasks } from '../orchestrator/activation-gate.js';

type TaskScheduled = Extract<DecisionEvent, { type: 'TaskScheduled' }>;

interface Entry {
  readonly event: RunEvent;
  readonly seq: number;
  readonly time: number;
}

const isDecision = (event: RunEvent): event is DecisionEvent =>
  !['StartRequested', 'CancelRequested', 'TimerFired', 'TaskFinished', 'TaskClaimed'].includes(event.type);

/**
 * One flow run over a log that is a plain list: given a history, when an event comes, then these decisions follow.
 * Time stands still unless `at` moves it.
 */
export class SimulatedRun {
  readonly log: Entry[] = [];
  readonly lines: LogEntry[] = [];
  readonly violations: HaltingError[] = [];
  private execution: Execution;
  private last = 0;
  private time = 1_700_000_000_000;

  constructor(
    private readonly definition: FlowDefinition,
    readonly runId = flowRunId('run-1'),
  ) {
    this.execution = this.fresh([]);
  }

  /** The decisions so far, in order. */
  get decisions(): DecisionEvent[] {
    return this.log.map(({ event }) => event).filter(isDecision);
  }

  get ended(): boolean {
    return this.execution.ended;
  }

  /** Milliseconds of the simulated clock. */
  get now(): number {
    return this.time;
  }

  at(milliseconds: number): this {
    this.time = milliseconds;
    return this;
  }

  start(
    input: object = {},
    options: { actor?: Actor; flags?: RunFlags; tags?: string[] } = {},
  ): Promise<readonly DecisionEvent[]> {
    return this.feed({
      type: 'StartRequested',
      flow: this.definition.contract.name,
      input,
      inputHash: '',
      actor: options.actor ?? { userId: 'local', channel: 'api' },
      flags: options.flags ?? {},
      tags: options.tags ?? [],
    });
  }

  succeed(step: number, result: unknown, attempt = this.attemptOf(step)): Promise<readonly DecisionEvent[]> {
    return this.finish(step, attempt, { status: 'success', result });
  }

  fail(
    step: number,
    error: Partial<ErrorRecord> = {},
    attempt = this.attemptOf(step),
  ): Promise<readonly DecisionEvent[]> {
    return this.finish(step, attempt, {
      status: 'failed',
      error: { code: 'test/failed', message: 'it failed', disposition: 'retry', ...error },
    });
  }

  finish(
    step: number,
    attempt: number,
    outcome: Extract<Trigger, { type: 'TaskFinished' }>['outcome'],
  ): Promise<readonly DecisionEvent[]> {
    return this.feed({
      type: 'TaskFinished',
      taskRunId: taskRunId(`${this.runId}-${step}`),
      attempt,
      operation: 'test',
      startedAt: millis(this.time),
      finishedAt: millis(this.time),
      deliveries: 1,
      by: 'test',
      outcome,
    });
  }

  /** Fires a timer at its time. */
  fire(timerId: string): Promise<readonly DecisionEvent[]> {
    const timer = this.decisions.find(
      (event) => event.type === 'TimerScheduled' && event.timerId === timerId,
    );
    if (timer?.type === 'TimerScheduled') this.time = Math.max(this.time, timer.dueAt);
    return this.feed({ type: 'TimerFired', timerId });
  }

  /** Stores a trigger, feeds it, and stores what it leads to. */
  async feed(event: Trigger): Promise<readonly DecisionEvent[]> {
    this.append(event);
    const decisions = await this.execution.feed({
      event,
      seq: streamSeq(this.last),
      time: millis(this.time),
      live: true,
    });
    decisions.forEach((decision) => this.append(decision));
    return decisions;
  }

  /** The task of a step as it was last scheduled. */
  task(step: number): TaskScheduled {
    const found = this.decisions
      .filter((event) => event.type === 'TaskScheduled')
      .findLast((event) => event.step === step);
    if (!found) throw new Error(`no task was scheduled as step ${step}`);
    return found;
  }

  /**
   * Forgets everything but the log, of which only the first `keep` decisions are held on to (as after a crash), and
   * goes over it again. Returns the decisions that the log lacked.
   */
  async reload(
    keep = Infinity,
    definition: FlowDefinition = this.definition,
  ): Promise<readonly DecisionEvent[]> {
    let kept = 0;
    const log = this.log.filter(({ event }) => !isDecision(event) || kept++ < keep);
    this.execution = this.fresh(log.map(({ event }) => event).filter(isDecision), definition);
    const missing: Entry[] = [];
    for (const { event, time, seq } of log) {
      if (isDecision(event) || event.type === 'TaskClaimed') continue;
      const decisions = await this.execution.feed({
        event,
        seq: streamSeq(seq),
        time: millis(time),
        live: false,
      });
      missing.push(...decisions.map((decision) => ({ event: decision, time, seq: ++this.last })));
    }
    this.execution.assertReplayed();
    this.log.splice(0, this.log.length, ...log, ...missing);
    return missing.map(({ event }) => event as DecisionEvent);
  }

  private append(event: RunEvent): void {
    this.log.push({ event, time: this.time, seq: ++this.last });
  }

  private fresh(recorded: readonly DecisionEvent[], definition: FlowDefinition = this.definition): Execution {
    return new Execution(programOf(definition), this.runId, recorded, {
      settle: settleMicrotasks,
      log: (entry) => void this.lines.push(entry),
      violated: (error) => void this.violations.push(error),
    });
  }

  private attemptOf(step: number): number {
    return this.task(step).attempt;
  }
}
