import { randomUUID } from 'node:crypto';
import {
  ClaimTakenError,
  FencedOutError,
  LogFullError,
  LogUnavailableError,
  ORCHESTRATOR_HOLDER,
  taskRunId,
} from '#libs/run-log';
import type {
  DecisionEvent,
  Delivery,
  FlowRunId,
  HaltReason,
  LogEntry,
  Millis,
  RunHistory,
  RunLog,
  StoredInRun,
  StreamSeq,
  Trigger,
} from '#libs/run-log';
import { traceIdOf } from '#libs/telemetry';
import { KeyValuesUnavailableError, StorageFullError } from '#libs/key-values';
import { Execution, HaltingError, isUnparking, toErrorRecord, UNPARKER, type Fed } from '../core/index.js';
import type { FlowContract } from '../contract.js';
import { settleMicrotasks, SpoiledTurnError, type ActivationGate } from './activation-gate.js';
import { checkedHistory } from './checked-history.js';
import { Effects, type RunIdentity } from './effects.js';
import { countDecision, countFencedOut, countReload, countScheduled } from './figures.js';
import { claimKey, readHistory, type ReadHistory } from './history.js';
import type { IdleRun } from './idle-runs.js';
import { UNPINNED, type Parking } from './parking.js';
import type { FlowRegistry } from './registry.js';
import { RunSpans } from './run-spans.js';

/*
 * One run in the memory of one orchestrator.
 *
 * 1. Decision, then effects, then ack. What a decision asks of the world outside the fence (timers) is done after
 *    its PubAck, with ids taken from the decision, and asserted again at every load.
 * 2. What is fed is in stream order, by one function for live and replay.
 * 3. A load counts once it has read to the run's last message and includes the trigger. Deliveries at or below the
 *    high-water mark are acked and not fed.
 * 4. A copy that may have missed something is dropped, not mended: after a gap, a redelivery, a refusal of the fence
 *    or any error, the run is read from the log again before it is next fed.
 */

export interface ActorEnvironment {
  readonly log: RunLog;
  readonly registry: FlowRegistry;
  readonly gate: ActivationGate;
  readonly effects: Effects;
  readonly parking: Parking;
  readonly logger: {
    warn(message: string, fields?: object): void;
    error(message: string, fields?: object): void;
  };
  /** A run that goes on no sooner than in so many milliseconds, as far as can be told, does not stay in memory. */
  readonly idleMs: number;
  /** Drops the copy of a run before each trigger, and reads the run from the log. */
  readonly replayAlways: boolean;
  /** Names this orchestrator, and no other that is or was, in the marks that it leaves. */
  readonly self: string;
  /** Waits for so many milliseconds; false at once, or as soon as the orchestrator closes. */
  pause(ms: number): Promise<boolean>;
}

type UnreadableError = NonNullable<RunHistory['unreadable']>;

/** What a process remembers of the triggers that it has taken. */
export interface TriggerLedger {
  /** How often this process had taken the trigger before: those times it lived to tell, so they are no sign of poison. */
  takenBefore(seq: StreamSeq): number;
  settled(seq: StreamSeq): void;
  /** The actor has nothing to do. */
  idle(actor: RunActor): void;
  /** The actor is not wanted in memory. */
  left(actor: RunActor): void;
}

/** Marks of processes that began a trigger and did not live to acknowledge it: with the first, which leaves none, three. */
const POISON_MARKS = 2;
/** How often a load is tried again at once after the fence refused. */
const FENCE_TRIES = 8;
/** Well below the time after which the broker takes a trigger for lost. */
const LONGEST_PAUSE_MS = 2_000;

export class RunActor implements IdleRun {
  private readonly queue: Delivery<Trigger>[] = [];
  private draining: Promise<void> | undefined;
  private execution: Execution | undefined;
  private stale = true;
  /** True until the run was first loaded: nothing can have been missed before. */
  private unknown = true;
  /** Set when its turn was spoiled, by a neighbour or by itself: this run then takes turns of its own. */
  private alone = false;
  private highWater = 0 as StreamSeq;
  private lastDecision = 0 as StreamSeq;
  private usedTimers = false;
  /** Beginnings of tasks that were claimed, as far as the run's history told when it was read. */
  private claims: ReadonlyMap<string, string> = new Map();
  private spans: RunSpans | undefined;
  private identity: RunIdentity | undefined;
  /** Stream time of the last trigger that was fed. */
  private lastFed = 0 as Millis;

  constructor(
    readonly runId: FlowRunId,
    private readonly env: ActorEnvironment,
    private readonly ledger: TriggerLedger,
  ) {}

  get idle(): boolean {
    return this.draining === undefined;
  }

  /** True when nothing more comes of the run, or nothing soon. */
  get done(): boolean {
    if (!this.idle || this.stale) return false;
    const { execution } = this;
    if (execution === undefined || execution.ended) return true;
    return execution.isDormantUntil((this.lastFed + this.env.idleMs) as Millis);
  }

  /** Reads the run from the log before it is next fed (4). */
  invalidate(): void {
    this.stale = true;
  }

  leave(): void {
    this.ledger.left(this);
  }

  push(delivery: Delivery<Trigger>): void {
    this.queue.push(delivery);
    this.draining ??= this.drain();
  }

  /** Resolves when everything that was pushed is settled. */
  async settled(): Promise<void> {
    await this.draining;
  }

  private async drain(): Promise<void> {
    for (let delivery = this.queue.shift(); delivery; delivery = this.queue.shift()) {
      await this.handle(delivery);
    }
    this.draining = undefined;
    this.ledger.idle(this);
  }

  private async handle(delivery: Delivery<Trigger>): Promise<void> {
    for (let fenced = 0, waits = 0; ;) {
      try {
        await this.advance(delivery);
        return this.settle(delivery, () => delivery.ack());
      } catch (error) {
        this.drop();
        if (error instanceof FencedOutError) countFencedOut();
        if (error instanceof SpoiledTurnError) this.alone = true;
        else if (error instanceof FencedOutError && fenced++ < FENCE_TRIES) continue;
        else {
          this.report(error);
          // Kept in hand meanwhile: handing it back would count as a death of this process.
          if (!(await this.pause(waits++))) {
            return this.settle(delivery, () => delivery.retry(0 as Millis));
          }
          delivery.working();
        }
      }
    }
  }

  /** Waits before the next try; false where there is to be none. */
  private pause(waits: number): Promise<boolean> {
    return this.env.pause(Math.min(250 * 2 ** waits, LONGEST_PAUSE_MS));
  }

  private settle(delivery: Delivery<Trigger>, how: () => void): void {
    how();
    this.ledger.settled(delivery.position.seq);
    this.alone = false;
  }

  private async advance(delivery: Delivery<Trigger>): Promise<void> {
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
    this.claims = history.claims;
    this.highWater = history.triggers.at(-1)?.position.seq ?? (0 as StreamSeq);
    this.usedTimers = history.decisions.some((event) => event.type === 'TimerScheduled');
    if (!history.start) {
      // Said to a run that there is not: it would lie there for ever. What cannot be read may be the start.
      if (!raw.unreadable) await this.env.log.discard(this.runId, delivery.position.seq);
      else if (raw.unreadable.eventType === 'StartRequested') await this.haltUnreadable(raw.unreadable, true);
      return;
    }
    const spans = (this.spans = new RunSpans(this.runId, history.start));
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
      if (!saidAgain(delivery, history)) await this.cancelStopped(history, delivery);
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
    if (await this.isPoison(delivery, history)) return;
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

  /**
   * Halts a run whose trigger three processes began and did not live to finish. From the second time on each marks
   * that it begins, and whoever decided anything after the last mark has gone over the trigger and lived. Handing out
   * alone proves nothing: a process that ends in order hands back, and acks are lost with a broker. Nor do marks of this
   * process: it lives, and what it settles late, on a machine that is busy, is handed out again before the ack is there.
   */
  private async isPoison(
    { position, deliveries }: Delivery<Trigger>,
    history: ReadHistory,
  ): Promise<boolean> {
    if (deliveries - this.ledger.takenBefore(position.seq) < 2) return false;
    const mark = taskRunId(`trigger-${position.seq}`);
    const begun = history.marks.get(mark);
    const deaths = begun?.by.filter((holder) => holder !== this.env.self).length ?? 0;
    if (begun && deaths >= POISON_MARKS && history.lastDecision < begun.last) {
      const error = new Error(
        `the trigger at sequence ${position.seq} was begun ${deaths + 1} times, and no process lived to finish it`,
      );
      await this.halt('poison', error);
      return true;
    }
    const claim = {
      taskRunId: mark,
      attempt: deliveries,
      holder: this.env.self,
      nonce: randomUUID(),
    };
    try {
      await this.env.log.claim(this.runId, { type: 'TaskClaimed', ...claim }, this.spans?.trace);
    } catch (error) {
      // A broker that crashed counts some hand-outs twice: the mark is there, which is all that is wanted.
      if (!(error instanceof ClaimTakenError)) throw error;
    }
    return false;
  }

  /** Ends a run that does not go on by itself; its code is not asked. */
  private async cancelStopped(history: ReadHistory, { event, time }: Delivery<Trigger>): Promise<void> {
    const reason = event.type === 'CancelRequested' ? event.reason : undefined;
    const decisions: DecisionEvent[] = [{ type: 'FlowCancelled', ...(reason ? { reason } : {}) }];
    const why = 'the run was cancelled';
    const children = history.openChildren.filter(({ detached }) => !detached);
    if (children.length > 0) {
      const childRunIds = children.map(({ childRunId }) => childRunId);
      decisions.unshift({ type: 'ChildrenCancelled', childRunIds, reason: why });
    }
    if (history.open.length > 0) {
      decisions.unshift({ type: 'TasksCancelled', taskRunIds: history.open, reason: why });
    }
    await this.commit(decisions, time);
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
    const unbegun = event.type === 'TimerFired' ? await this.isUnbegun(event.timerId) : false;
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

  /**
   * Whether nobody had begun the task whose time to be begun is over. Who has the claim decides, and there is one for
   * ever, so the answer is the same at every replay.
   */
  private async isUnbegun(timerId: string): Promise<boolean> {
    const [, step, attempt] = /^start-by-(\d+)-(\d+)$/.exec(timerId) ?? [];
    if (step === undefined) return false;
    const task = taskRunId(`${this.runId}-${step}`);
    const holder = this.claims.get(claimKey(task, Number(attempt)));
    if (holder !== undefined) return holder === ORCHESTRATOR_HOLDER;
    const claim = { taskRunId: task, attempt: Number(attempt), holder: ORCHESTRATOR_HOLDER, nonce: timerId };
    try {
      await this.env.log.claim(this.runId, { type: 'TaskClaimed', ...claim }, this.spans?.trace);
      return true;
    } catch (error) {
      if (error instanceof ClaimTakenError) return false;
      throw error;
    }
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

  /**
   * Halts the run because this build cannot read what was said to it; it is resumed where a build can. May come while
   * a trigger is in hand: the fence lets one of the two through. One whose start cannot be read is halted too, or
   * nobody would ever hear of it.
   */
  haltUnreadable(error: UnreadableError, isStart: boolean): Promise<void> {
    return this.halt('unknown-event', error, isStart);
  }

  /** Appends RunHalted, unless the run has ended or halted already. Reads the log for the fence's sake. */
  private async halt(reason: HaltReason, error: Error, withoutStart = false): Promise<void> {
    this.drop();
    const history = readHistory(await this.env.log.readRun(this.runId));
    if (!history.start && !withoutStart) return;
    if (history.standing === 'ended') {
      const what =
        reason === 'unknown-event' ? 'was told what cannot be read' : 'what follows from that failed';
      this.env.logger.error(`run ${this.runId} has ended, and ${what}: ${error.message}`, this.ids);
      return;
    }
    // Halted again for the same reason: the person has read it already.
    const before = history.decisions.findLast((event) => event.type === 'RunHalted');
    if (history.standing === 'halted' && before?.error.message === error.message) return;
    const decision: DecisionEvent = {
      type: 'RunHalted',
      reason,
      error: { ...toErrorRecord(error), disposition: 'halt' },
    };
    const trace = history.start && new RunSpans(this.runId, history.start).trace;
    await this.env.log.decide(this.runId, history.lastDecision, [decision], trace);
    const asked = history.start?.event.flow;
    const flow = history.flow ?? (asked === undefined ? 'unknown' : this.env.registry.ownName(asked));
    countDecision({ flow, time: history.start?.time }, decision, this.lastFed);
    this.env.logger.warn(`run ${this.runId} is halted (${reason}): ${error.message}`, this.ids);
  }

  /** Halts the run for what its code did outside an activation; nothing is in hand that would come again. */
  private async haltFromOutside(error: HaltingError): Promise<void> {
    for (let waits = 0; ;) {
      await this.settled();
      try {
        return await this.halt(error.reason, error);
      } catch (failure) {
        if (!isPassing(failure)) throw failure;
        this.report(failure);
        // Whoever takes the run next finds it out in its turn.
        if (!(await this.pause(waits++))) return;
      }
    }
  }

  private ports() {
    return {
      settle: settleMicrotasks,
      log: (entry: LogEntry) => this.emitLine(entry),
      violated: (error: HaltingError) => {
        // Outside an activation nobody waits for the answer, so the run is halted from here.
        void this.haltFromOutside(error).catch((failure: unknown) => this.report(failure));
      },
    };
  }

  /** A line that cannot be written must not reach the flow: on replay it would not be there. */
  private emitLine(entry: LogEntry): void {
    try {
      this.env.log.publishLive(this.runId, { type: 'LogEmitted', entry }, this.spans?.trace);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.env.logger.warn(
        `run ${this.runId}: the fields of the line ${JSON.stringify(entry.message)} cannot be kept: ${why}`,
        this.ids,
      );
      const { fields: _, ...rest } = entry;
      this.env.log.publishLive(this.runId, { type: 'LogEmitted', entry: rest }, this.spans?.trace);
    }
  }

  /** What lines about the run carry, to be found by. */
  private get ids(): object {
    const traceId = this.spans && traceIdOf(this.spans.trace);
    return { flowRunId: this.runId, ...(traceId === undefined ? {} : { traceId }) };
  }

  private drop(): void {
    this.execution = undefined;
    this.stale = true;
  }

  private report(error: unknown): void {
    const what = error instanceof Error ? error.message : String(error);
    if (isPassing(error)) this.env.logger.warn(`run ${this.runId} waits: ${what}`, this.ids);
    else {
      const whole = error instanceof Error ? (error.stack ?? what) : what;
      this.env.logger.error(`run ${this.runId}: ${whole}`, this.ids);
    }
  }
}

/** Whether an error says nothing about the run itself, so that another try may go well. */
const isPassing = (error: unknown): boolean => PASSING.some((kind) => error instanceof kind);

const PASSING = [
  FencedOutError,
  LogUnavailableError,
  LogFullError,
  SpoiledTurnError,
  KeyValuesUnavailableError,
  StorageFullError,
];

/**
 * Whether a cancel is no new word: the same one as before, or a parent's to a run that has been told to stop. A run
 * that stands still would end at once by it, whatever it has to undo.
 */
function saidAgain({ event, position }: Delivery<Trigger>, { triggers, decisions }: ReadHistory): boolean {
  if (event.type !== 'CancelRequested') return false;
  const { id, by } = event;
  const isBefore = ({ event: other, position: { seq } }: StoredInRun<Trigger>): boolean =>
    seq < position.seq && other.type === 'CancelRequested' && (by !== undefined || other.id === id);
  if (id === undefined && by === undefined) return false;
  return (
    triggers.some(isBefore) || (by !== undefined && decisions.some(({ type }) => type === 'FlowCancelling'))
  );
}

/** What a run's log holds when it holds only its start. */
const historyOfStart = (delivery: Delivery<Trigger>): RunHistory => ({
  runId: delivery.runId,
  events: [delivery],
  lastDecision: 0 as StreamSeq,
  last: delivery.position.seq,
});
