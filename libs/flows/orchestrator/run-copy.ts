import { LogUnavailableError } from '#libs/run-log';
import type {
  DecisionEvent,
  Delivery,
  FlowRunId,
  HaltReason,
  Millis,
  RunHistory,
  StoredInRun,
  StreamSeq,
  Trigger,
} from '#libs/run-log';
import {
  Execution,
  HaltingError,
  isUnparking,
  toErrorRecord,
  UNPARKER,
  type ExecutionPorts,
  type Fed,
} from '../core/index.js';
import type { FlowContract } from '../contract.js';
import { settleMicrotasks } from './activation-gate.js';
import type { ActorEnvironment } from './actor-environment.js';
import { cancelStopped, saidAgain } from './cancel-stopped.js';
import { checkedHistory } from './checked-history.js';
import type { RunIdentity } from './effects.js';
import { countDecision, countReload, countScheduled } from './figures.js';
import { haltRun } from './halt-run.js';
import { readHistory, type ReadHistory } from './history.js';
import { isPassing } from './is-passing.js';
import { UNPINNED } from './parking.js';
import { RunClaims } from './run-claims.js';
import type { RunLines } from './run-lines.js';
import { RunSpans } from './run-spans.js';

/** What the copy of a run asks of whoever keeps it. */
export interface CopyHost {
  /** How often this process had taken the trigger before: those times it lived to tell, so they are no sign of poison. */
  takenBefore(seq: StreamSeq): number;
  /** Is told of a use of the flow's context outside an activation. */
  violated(error: HaltingError): void;
}

/**
 * The copy of one run in the memory of one orchestrator: reads the run from the log, feeds it, and stores what it
 * decides.
 *
 * 1. Decision, then effects. What a decision asks of the world outside the fence (timers) is done after its PubAck,
 *    with ids taken from the decision, and asserted again at every load.
 * 2. What is fed is in stream order, by one function for live and replay.
 * 3. A load counts once it has read to the run's last message and includes the trigger. Triggers at or below the
 *    high-water mark are not fed.
 */
export class RunCopy {
  /** Set when its turn was spoiled, by a neighbour or by itself: this run then takes turns of its own. */
  alone = false;
  private execution: Execution | undefined;
  private stale = true;
  /** True until the run was first loaded: nothing can have been missed before. */
  private unknown = true;
  private highWater = 0 as StreamSeq;
  private lastDecision = 0 as StreamSeq;
  private usedTimers = false;
  private claims: RunClaims | undefined;
  private spans: RunSpans | undefined;
  private identity: RunIdentity | undefined;
  /** Stream time of the last trigger that was fed. */
  private lastFed = 0 as Millis;

  constructor(
    private readonly runId: FlowRunId,
    private readonly env: ActorEnvironment,
    private readonly lines: RunLines,
    private readonly host: CopyHost,
  ) {}

  /** True when nothing more comes of the run, or nothing soon. */
  get done(): boolean {
    if (this.stale) return false;
    const { execution } = this;
    if (execution === undefined || execution.ended) return true;
    return execution.isDormantUntil((this.lastFed + this.env.idleMs) as Millis);
  }

  /** Reads the run from the log before it is next fed. */
  invalidate(): void {
    this.stale = true;
  }

  /** Nothing of the copy is used any more. */
  drop(): void {
    this.execution = undefined;
    this.stale = true;
  }

  /** Takes a trigger, and whatever follows from it. Throws what another try may mend. */
  async take(delivery: Delivery<Trigger>): Promise<void> {
    try {
      if (this.mustLoad(delivery)) await this.load(delivery);
      if (!this.execution || delivery.position.seq <= this.highWater) return;
      const { event, time } = delivery;
      const decisions = await this.feed(this.execution, delivery, true);
      this.highWater = delivery.position.seq;
      await this.commit(decisions, time);
      if (event.type === 'TaskFinished') this.spans?.taskFinished(event, decisions);
    } catch (error) {
      if (error instanceof HaltingError) await this.halt(error.reason, error);
      else if (isPassing(error)) throw error;
      // Another try would end the same way, and each one costs its neighbours.
      else await this.halt('error', error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Appends RunHalted, unless the run has ended or halted already. */
  halt(reason: HaltReason, error: Error, withoutStart = false): Promise<void> {
    this.drop();
    return haltRun(this.env, this.runId, { reason, error, withoutStart }, this.lines, this.lastFed);
  }

  private mustLoad({ event, position }: Delivery<Trigger>): boolean {
    // What is said to a run that stands still or has ended may let it go on, or be meant for its successor.
    if (this.stale || !this.execution || this.execution.ended || isUnparking(event)) return true;
    return this.env.replayAlways && position.seq > this.highWater;
  }

  /** Reads the run whole, goes over it, and appends what the log lacks. */
  private async load(delivery: Delivery<Trigger>): Promise<void> {
    // Before the reading: what invalidates the copy meanwhile must not be forgotten.
    this.stale = false;
    const raw = this.isFirstOf(delivery) ? historyOfStart(delivery) : await this.readRun();
    this.unknown = false;
    if (raw.last < delivery.position.seq && raw.events.length > 0) {
      throw new LogUnavailableError(
        `run ${this.runId} was read only to sequence ${raw.last} of ${delivery.position.seq}`,
      );
    }
    const history = readHistory(raw);
    this.execution = undefined;
    this.lastDecision = history.lastDecision;
    this.highWater = history.triggers.at(-1)?.position.seq ?? (0 as StreamSeq);
    this.usedTimers = history.decisions.some((event) => event.type === 'TimerScheduled');
    if (!history.start) {
      // Said to a run that there is not: it would lie there for ever. What cannot be read may be the start.
      if (!raw.unreadable) await this.env.log.discard(this.runId, delivery.position.seq);
      else if (raw.unreadable.eventType === 'StartRequested')
        await this.halt('unknown-event', raw.unreadable, true);
      return;
    }
    const spans = (this.spans = new RunSpans(this.runId, history.start));
    this.lines.trace = spans.trace;
    const claims = (this.claims = new RunClaims(
      this.env,
      { runId: this.runId, trace: spans.trace },
      history.claims,
    ));
    // Who began it unchecked may have known the flow by an alias only.
    const flow = history.flow ?? this.env.registry.ownName(history.start.event.flow);
    const start = { ...history.start.event, flow };
    const identity = (this.identity = { runId: this.runId, start, trace: spans.trace });
    for (const { event, time } of history.scheduled) spans.taskScheduled(event, time);
    const { event } = delivery;
    if (isUnparking(event) && history.standing !== 'parked') await this.unpark(history);
    if (history.standing === 'ended') return this.closeUp(identity, history, delivery);
    const version = history.version ?? this.env.registry.currentVersion(flow);
    const program = version === undefined ? undefined : this.env.registry.program(flow, version);
    const { standing } = history;
    // One that was parked before it began has nothing to clean up.
    const isStopped = standing === 'halted' || (standing === 'parked' && !(program && history.version));
    if (isStopped && event.type === 'CancelRequested') {
      if (!saidAgain(delivery, history)) await this.cancel(history, delivery);
      return;
    }
    if (standing === 'halted' && (event.type !== 'ResumeRequested' || isUnparking(event))) return;
    if (raw.unreadable) return this.halt('unknown-event', raw.unreadable);

    if (!program) {
      if (standing !== 'parked') {
        await this.commit([{ type: 'RunParked', flow, version: version ?? UNPINNED }], delivery.time);
      }
      await this.env.parking.park(flow, version ?? UNPINNED, this.runId);
      return;
    }
    if (delivery.deliveries - this.host.takenBefore(delivery.position.seq) >= 2) {
      const poison = await claims.markBegun(delivery, history);
      if (poison) return this.halt('poison', poison);
    }
    const taken = await this.checked(history, this.env.registry.contract(flow, version!)!, delivery);
    if (taken) {
      const execution = new Execution(program, this.runId, history.decisions, this.ports());
      await this.replay(execution, taken, delivery);
    }
    if (history.standing === 'parked') await this.unpark(history);
  }

  private readRun(): Promise<RunHistory> {
    countReload();
    return this.env.log.readRun(this.runId);
  }

  /** Takes the start as the flow declares it. Where it is refused at first the run fails, with nothing to go over. */
  private async checked(
    history: ReadHistory,
    contract: FlowContract,
    { time }: Delivery<Trigger>,
  ): Promise<ReadHistory | undefined> {
    try {
      const checked = await checkedHistory(history, contract);
      this.identity = { ...this.identity!, start: { ...checked.start!.event, flow: contract.name } };
      return checked;
    } catch (error) {
      const { traceback: _, ...record } = toErrorRecord(error);
      if (record.disposition !== 'terminal' || history.version !== undefined) throw error;
      await this.commit([{ type: 'FlowFailed', error: record }], time);
      return undefined;
    }
  }

  /** The run no longer waits for its version; it may have been noted before it had one. */
  private async unpark({ start, flow, version }: ReadHistory): Promise<void> {
    const { parking } = this.env;
    if (start) await parking.unpark(start.event.flow, UNPINNED, this.runId);
    if (flow !== undefined && version !== undefined) await parking.unpark(flow, version, this.runId);
  }

  /** Asserts what the run's end asked of the world, and hands on what is meant for its successor. */
  private async closeUp(
    identity: RunIdentity,
    history: ReadHistory,
    delivery: Delivery<Trigger>,
  ): Promise<void> {
    const { event: ending, seq } = history.ending!;
    const isContinued = ending.type === 'FlowContinued';
    // Handed on before the successor has begun, a word would be lost: it is made sure of first.
    if (isContinued || delivery.position.seq < seq) await this.env.effects.assertEnd(identity, history);
    if (this.usedTimers) await this.env.log.clearTimers(this.runId);
    if (isContinued) await this.env.effects.forward(identity, ending, delivery);
  }

  /** Ends a run that does not go on by itself. */
  private async cancel(history: ReadHistory, { event, time }: Delivery<Trigger>): Promise<void> {
    await this.commit(cancelStopped(history, event), time);
    if (history.standing === 'parked') await this.unpark(history);
    if (this.usedTimers) await this.env.log.clearTimers(this.runId);
  }

  /**
   * Whether a delivery can only be the beginning of a run: a start that is handed out for the first time. Should
   * somebody have decided all the same, the fence says so, and the run is read.
   */
  private isFirstOf({ event, deliveries, olderThanReader }: Delivery<Trigger>): boolean {
    if (this.env.replayAlways) return false;
    return this.unknown && event.type === 'StartRequested' && deliveries === 1 && !olderThanReader;
  }

  /** Spans of triggers before the one that led here were recorded by those who settled them. */
  private async replay(
    execution: Execution,
    history: ReadHistory,
    { event: cause, position }: Delivery<Trigger>,
  ): Promise<void> {
    const missing: DecisionEvent[] = [];
    const finished: (() => void)[] = [];
    for (const stored of history.triggers) {
      const { event } = stored;
      const live = stored.position.seq > history.lastDecision;
      const decisions = await this.feed(execution, stored, live);
      missing.push(...decisions);
      // Whoever settled an earlier trigger has taken them back; one that was left there rings once, for nobody.
      if (stored.position.seq < position.seq) execution.takeObsoleteTimers();
      if (live && stored.position.seq >= position.seq && event.type === 'TaskFinished')
        finished.push(() => this.spans?.taskFinished(event, decisions));
    }
    execution.assertReplayed();
    this.execution = execution;
    await this.env.effects.assertAgain(this.identity!, history, (timerId) => execution.waitsFor(timerId));
    // Said of a parked run too, or whoever reads it next takes it to be parked still.
    if (history.standing !== 'going') {
      const actor = cause.type === 'ResumeRequested' ? cause.actor : UNPARKER;
      missing.unshift({ type: 'RunResumed', actor, after: 'halt' });
    }
    await this.commit(missing, history.triggers.at(-1)!.time);
    for (const record of finished) record();
  }

  private async feed(
    execution: Execution,
    { event, time, position }: StoredInRun<Trigger>,
    live: boolean,
  ): Promise<readonly DecisionEvent[]> {
    const { seq } = position;
    const unbegun = event.type === 'TimerFired' ? await this.claims!.isUnbegun(event.timerId) : false;
    const fed: Fed = { event, time, seq, live, ...(unbegun ? { unbegun } : {}) };
    const activation = {
      runId: this.runId,
      seq,
      alone: this.alone,
      violate: (error: HaltingError) => execution.violate(error),
      trace: this.spans?.trace,
    };
    this.lastFed = time;
    return this.env.gate.run(activation, () => execution.feed(fed));
  }

  private async commit(decisions: readonly DecisionEvent[], time: Millis): Promise<void> {
    const { effects, log } = this.env;
    if (decisions.length > 0) {
      await effects.prepare(this.identity!, decisions);
      this.lastDecision = await log.decide(this.runId, this.lastDecision, decisions, this.spans?.trace);
      const begun = { flow: this.identity!.start.flow, time: this.spans?.startedAt };
      for (const decision of decisions) {
        countDecision(begun, decision, time);
        if (decision.type === 'TimerScheduled') this.usedTimers = true;
        else if (decision.type === 'TaskScheduled' && this.spans)
          countScheduled(decision, this.spans.taskScheduled(decision, time));
      }
      await effects.follow(this.identity!, decisions, this.lastDecision, time);
    }
    if (this.execution?.ended) {
      if (this.usedTimers) await log.clearTimers(this.runId);
      if (decisions.length > 0) this.spans?.ended(decisions.at(-1)!, time);
      return;
    }
    const obsolete = this.execution?.takeObsoleteTimers() ?? [];
    if (obsolete.length > 0) await effects.clearTimers(this.identity!, obsolete);
  }

  private ports(): ExecutionPorts {
    return {
      settle: settleMicrotasks,
      log: (entry) => this.lines.emit(entry),
      violated: (error) => this.host.violated(error),
    };
  }
}

/** What a run's log holds when it holds only its start. */
const historyOfStart = (delivery: Delivery<Trigger>): RunHistory => ({
  runId: delivery.runId,
  events: [delivery],
  lastDecision: 0 as StreamSeq,
  last: delivery.position.seq,
});
