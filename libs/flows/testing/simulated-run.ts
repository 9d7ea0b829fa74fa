import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type {
  Actor,
  ChildEnd,
  DecisionEvent,
  ErrorRecord,
  FlowRunId,
  Fork,
  LogEntry,
  RunFlags,
  TaskRunId,
  StartRequested,
  Trigger,
} from '#libs/run-log';
import { Execution, type HaltingError } from '../core/index.js';
import { programOf, type FlowDefinition } from '../flow.js';
import { settleMicrotasks } from '../orchestrator/activation-gate.js';
import { assertSame, crashPoints } from './crash-points.js';
import { isDecision } from './is-decision.js';
import type { SimulatedEntry } from './simulated-entry.js';

type TaskScheduled = Extract<DecisionEvent, { type: 'TaskScheduled' }>;
type ResumeRequested = Extract<Trigger, { type: 'ResumeRequested' }>;

export interface SimulatedStart {
  readonly actor?: Actor;
  readonly flags?: RunFlags;
  readonly tags?: readonly string[];
  readonly root?: string;
  readonly fork?: Fork;
  readonly parent?: StartRequested['parent'];
}

/** What a person says about a task in question, by its step. */
export type Word = { readonly step: number } & (
  | { readonly as: 'succeeded'; readonly result: unknown }
  | { readonly as: 'failed'; readonly message?: string }
  | { readonly as: 'retry' }
);

const SOMEONE: Actor = { userId: 'local', channel: 'api' };

/**
 * One flow run over a log that is a plain list: given a history, when an event comes, then these decisions follow.
 * Every method that says something to the run stores it, feeds it, and resolves with the decisions that it led to.
 * Time stands still unless `at` or a timer moves it.
 */
export class SimulatedRun {
  readonly log: SimulatedEntry[] = [];
  readonly lines: LogEntry[] = [];
  readonly violations: HaltingError[] = [];
  private execution: Execution;
  private last = 0;
  private time = 1_700_000_000_000;
  private violated = false;

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

  /** Whether the run puts aside what comes until a person lets it go on. */
  get held(): boolean {
    return this.execution.isHeld;
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
    { actor = SOMEONE, flags = {}, tags = [], ...lineage }: SimulatedStart = {},
  ): Promise<readonly DecisionEvent[]> {
    const flow = this.definition.contract.name;
    return this.feed({ type: 'StartRequested', flow, input, inputHash: '', actor, flags, tags, ...lineage });
  }

  succeed(step: number, result: unknown, attempt = this.attemptOf(step)): Promise<readonly DecisionEvent[]> {
    return this.finish(step, attempt, { status: 'success', result });
  }

  /** Ends an attempt with an error after which another may go well, unless it says otherwise. */
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

  /** Ends an attempt so that nobody knows whether it took effect. */
  lose(step: number, message = 'no word of it'): Promise<readonly DecisionEvent[]> {
    return this.fail(step, { code: 'test/unknown', message, disposition: 'halt' });
  }

  finish(
    step: number,
    attempt: number,
    outcome: Extract<Trigger, { type: 'TaskFinished' }>['outcome'],
  ): Promise<readonly DecisionEvent[]> {
    return this.feed({
      type: 'TaskFinished',
      taskRunId: this.taskRunId(step),
      attempt,
      operation: 'test',
      startedAt: millis(this.time),
      finishedAt: millis(this.time),
      deliveries: 1,
      by: 'test',
      outcome,
    });
  }

  /**
   * Fires a timer at its time. With `unbegun`, a timer for the beginning of a task finds that nobody had begun it.
   */
  fire(
    timerId: string,
    { unbegun = false }: { readonly unbegun?: boolean } = {},
  ): Promise<readonly DecisionEvent[]> {
    const timer = this.decisions.findLast(
      (event) => event.type === 'TimerScheduled' && event.timerId === timerId,
    );
    if (timer?.type === 'TimerScheduled') this.time = Math.max(this.time, timer.dueAt);
    return this.feed({ type: 'TimerFired', timerId }, unbegun);
  }

  signal(
    name: string,
    payload: unknown = null,
    { id, actor = SOMEONE }: { readonly id?: string; readonly actor?: Actor } = {},
  ): Promise<readonly DecisionEvent[]> {
    return this.feed({ type: 'SignalSent', actor, name, payload, ...(id === undefined ? {} : { id }) });
  }

  /** Says yes to the approval that was asked for as `step`. */
  approve(
    step: number,
    {
      by = SOMEONE,
      ...more
    }: { readonly by?: Actor; readonly comment?: string; readonly payload?: unknown } = {},
  ): Promise<readonly DecisionEvent[]> {
    return this.feed({ type: 'ApprovalAnswered', actor: by, step, approved: true, ...more });
  }

  /** Says no to the approval that was asked for as `step`. */
  decline(
    step: number,
    {
      by = SOMEONE,
      ...more
    }: { readonly by?: Actor; readonly comment?: string; readonly payload?: unknown } = {},
  ): Promise<readonly DecisionEvent[]> {
    return this.feed({ type: 'ApprovalAnswered', actor: by, step, approved: false, ...more });
  }

  /** Cancels the run, as a person does or, with `by`, as the end of its parent does. One with an `id` counts once. */
  cancel(
    reason?: string,
    { by, id }: { readonly by?: FlowRunId; readonly id?: string } = {},
  ): Promise<readonly DecisionEvent[]> {
    return this.feed({
      type: 'CancelRequested',
      actor: SOMEONE,
      ...(id === undefined ? {} : { id }),
      ...(by === undefined ? {} : { by }),
      ...(reason === undefined ? {} : { reason }),
    });
  }

  pause(reason?: string): Promise<readonly DecisionEvent[]> {
    return this.feed({ type: 'PauseRequested', actor: SOMEONE, ...(reason === undefined ? {} : { reason }) });
  }

  /** Lets a held run go on, with a word on each task that is in question. */
  resume(words: readonly Word[] = []): Promise<readonly DecisionEvent[]> {
    const resolutions = words.map(({ step, ...word }) => ({ taskRunId: this.taskRunId(step), ...word }));
    const said: Partial<ResumeRequested> = words.length > 0 ? { resolutions } : {};
    return this.feed({ type: 'ResumeRequested', actor: SOMEONE, ...said });
  }

  /** Ends the child flow that was started as `step`. */
  childEnds(step: number, end: ChildEnd): Promise<readonly DecisionEvent[]> {
    const child = this.decisions.find((event) => event.type === 'ChildScheduled' && event.step === step);
    if (child?.type !== 'ChildScheduled') throw new Error(`no child was started as step ${step}`);
    return this.feed({ type: 'ChildFinished', step, childRunId: child.childRunId, end });
  }

  /** Answers the reading of a kept value that was asked for as `step`; without a value there was none. */
  value(step: number, ...value: [] | [unknown]): Promise<readonly DecisionEvent[]> {
    return this.feed({ type: 'ValueLoaded', step, found: value.length > 0, value: value[0] ?? null });
  }

  /** Stores a trigger, feeds it, and stores what it leads to. */
  async feed(event: Trigger, unbegun = false): Promise<readonly DecisionEvent[]> {
    const trigger = { event, time: this.time, seq: ++this.last, ...(unbegun ? { unbegun } : {}) };
    this.log.push(trigger);
    const decisions = await feedTo(this.execution, trigger, true).catch((error: unknown) => {
      this.violated = true;
      throw error;
    });
    for (const decision of decisions) {
      this.log.push({ event: decision, time: this.time, seq: ++this.last, cause: trigger.seq });
    }
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

  /** The timers that the run has no use for any more, since this was last asked. */
  obsoleteTimers(): readonly string[] {
    return this.execution.takeObsoleteTimers();
  }

  /**
   * Forgets everything but the log, of which only the first `keep` decisions are held on to (as after a crash), and
   * goes over it again. Returns the decisions that the log lacked.
   */
  async reload(
    keep = Infinity,
    definition: FlowDefinition = this.definition,
  ): Promise<readonly DecisionEvent[]> {
    const { execution, log, missing } = await this.replayed(keep, definition);
    this.execution = execution;
    this.last += missing.length;
    this.log.splice(0, this.log.length, ...log, ...missing);
    return missing.map(({ event }) => event as DecisionEvent);
  }

  /**
   * Goes over the log again as after a crash at every point, between two triggers as well as between two decisions of
   * one activation, and throws where other decisions come of it, or the same ones at another point. A run that was
   * stopped by its code is left out.
   */
  async assertReplays(): Promise<void> {
    if (this.violated) return;
    const whole = this.log.filter(({ event }) => isDecision(event));
    for (const keep of crashPoints(whole.length)) {
      // What a run goes by is pinned by its first decision: one that was begun by an older engine always has it.
      if (keep === 0 && whole[0]?.event.type === 'FlowStarted' && !whole[0].event.behaviours) continue;
      const { missing } = await this.replayed(keep, this.definition);
      assertSame(whole.slice(keep), missing, keep);
    }
  }

  private async replayed(keep: number, definition: FlowDefinition) {
    let kept = 0;
    const log = this.log.filter(({ event }) => !isDecision(event) || kept++ < keep);
    const execution = this.fresh(log.map(({ event }) => event).filter(isDecision), definition);
    const missing: SimulatedEntry[] = [];
    let seq = this.last;
    for (const entry of log) {
      if (isDecision(entry.event) || entry.event.type === 'TaskClaimed') continue;
      for (const decision of await feedTo(execution, entry, false)) {
        missing.push({ event: decision, time: entry.time, seq: ++seq, cause: entry.seq });
      }
    }
    execution.assertReplayed();
    return { execution, log, missing };
  }

  private fresh(recorded: readonly DecisionEvent[], definition: FlowDefinition = this.definition): Execution {
    return new Execution(programOf(definition), this.runId, recorded, {
      settle: settleMicrotasks,
      log: (entry) => void this.lines.push(entry),
      violated: (error) => void this.violations.push(error),
    });
  }

  private taskRunId(step: number): TaskRunId {
    return taskRunId(`${this.runId}-${step}`);
  }

  private attemptOf(step: number): number {
    return this.task(step).attempt;
  }
}

const feedTo = (execution: Execution, { event, seq, time, unbegun }: SimulatedEntry, live: boolean) =>
  execution.feed({
    event: event as Trigger,
    seq: streamSeq(seq),
    time: millis(time),
    live,
    ...(unbegun ? { unbegun } : {}),
  });
