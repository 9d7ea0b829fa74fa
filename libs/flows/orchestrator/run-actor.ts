import { randomUUID } from 'node:crypto';
import { FencedOutError, LogFullError, LogUnavailableError, taskRunId } from '#libs/run-log';
import type {
  DecisionEvent,
  Delivery,
  FlowRunId,
  HaltReason,
  LogEntry,
  Millis,
  RunHistory,
  RunLog,
  StreamSeq,
  Trigger,
} from '#libs/run-log';
import { Execution, HaltingError, toErrorRecord, type Fed } from '../core/index.js';
import { settleMicrotasks, SpoiledTurnError, type ActivationGate } from './activation-gate.js';
import { readHistory, type ReadHistory } from './history.js';
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
  readonly logger: { warn(message: string): void; error(message: string): void };
  /** Waits for so many milliseconds; false at once, or as soon as the orchestrator closes. */
  pause(ms: number): Promise<boolean>;
}

/** What a process remembers of the triggers that it has taken. */
export interface TriggerLedger {
  /** How often this process had taken the trigger before: those times it lived to tell, so they are no sign of poison. */
  takenBefore(seq: StreamSeq): number;
  settled(seq: StreamSeq): void;
  /** The actor has nothing to do. */
  idle(actor: RunActor): void;
}

/** A trigger that was begun so often, by processes that did not live to acknowledge it, is poison. */
const POISON_DELIVERIES = 3;
/** How often a load is tried again at once after the fence refused. */
const FENCE_TRIES = 8;
/** Well below the time after which the broker takes a trigger for lost. */
const LONGEST_PAUSE_MS = 2_000;
/** How long a trigger waits for somebody who knows the version of its run. */
const PARKED_MS = 30_000 as Millis;

export class RunActor {
  private readonly queue: Delivery<Trigger>[] = [];
  private draining: Promise<void> | undefined;
  private execution: Execution | undefined;
  private stale = true;
  /** True until the run was first loaded: nothing can have been missed before. */
  private unknown = true;
  /** Set when a neighbour has spoiled a turn: this run then takes turns of its own. */
  private alone = false;
  private highWater = 0 as StreamSeq;
  private lastDecision = 0 as StreamSeq;
  private usedTimers = false;
  private spans: RunSpans | undefined;
  /** When the actor was last of use, in milliseconds of its process's clock. */
  lastUsed = 0;

  constructor(
    readonly runId: FlowRunId,
    private readonly env: ActorEnvironment,
    private readonly ledger: TriggerLedger,
  ) {}

  get idle(): boolean {
    return this.draining === undefined;
  }

  /** True when nothing more can come of the run in this process. */
  get done(): boolean {
    return this.idle && !this.stale && (this.execution === undefined || this.execution.ended);
  }

  /** Reads the run from the log before it is next fed (4). */
  invalidate(): void {
    this.stale = true;
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
        if (error instanceof SpoiledTurnError) this.alone = true;
        else if (error instanceof FencedOutError && fenced++ < FENCE_TRIES) continue;
        else if (error instanceof ParkedError) return delivery.retry(PARKED_MS);
        else {
          this.report(error);
          // Kept in hand meanwhile: handing it back would count as a death of this process.
          if (!(await this.env.pause(Math.min(250 * 2 ** waits++, LONGEST_PAUSE_MS)))) {
            return this.settle(delivery, () => delivery.retry(0 as Millis));
          }
          delivery.working();
        }
      }
    }
  }

  private settle(delivery: Delivery<Trigger>, how: () => void): void {
    how();
    this.ledger.settled(delivery.position.seq);
    this.alone = false;
  }

  private async advance(delivery: Delivery<Trigger>): Promise<void> {
    try {
      if (this.stale) await this.load(delivery);
      if (!this.execution || delivery.position.seq <= this.highWater) return;
      const { event, time, position } = delivery;
      const decisions = await this.feed(this.execution, { event, time, seq: position.seq, live: true });
      this.highWater = position.seq;
      await this.commit(decisions, time);
      if (event.type === 'TaskFinished') this.spans?.taskFinished(event, decisions);
    } catch (error) {
      if (error instanceof HaltingError) await this.halt(error.reason, error);
      else if (isPassing(error)) throw error;
      // Another try would end the same way, and each one costs its neighbours.
      else await this.halt('error', error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Reads the run whole, goes over it, and appends what the log lacks. */
  private async load(delivery: Delivery<Trigger>): Promise<void> {
    // Before the reading: what invalidates the copy meanwhile must not be forgotten.
    this.stale = false;
    const raw = this.isFirstOf(delivery) ? firstOf(delivery) : await this.env.log.readRun(this.runId);
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
    // Said to a run that there is not: it would lie there for ever.
    if (!history.start) return this.env.log.discard(this.runId, delivery.position.seq);
    this.spans = new RunSpans(this.runId, history.start);
    for (const { event, time } of history.scheduled) this.spans.taskScheduled(event, time);
    const { flow } = history.start.event;
    if (history.standing === 'ended') return this.assertEffects(history);
    const stopped = history.standing === 'halted' || history.standing === 'parked';
    if (stopped && delivery.event.type === 'CancelRequested') return this.cancelStopped(history, delivery);
    if (history.standing === 'halted') return;

    const version = history.version ?? this.env.registry.currentVersion(flow);
    const program = version === undefined ? undefined : this.env.registry.program(flow, version);
    if (!program) {
      if (history.standing !== 'parked') {
        await this.commit([{ type: 'RunParked', flow, version: version ?? 'unknown' }], delivery.time);
      }
      throw new ParkedError();
    }
    if (await this.isPoison(delivery, history)) return;
    const execution = new Execution(program, this.runId, history.decisions, this.ports());
    await this.replay(execution, history, delivery.position.seq);
  }

  /**
   * Halts a run whose trigger nobody lived to finish: handed out for the third time, with a mark that it was begun
   * before. Handing out alone proves nothing, since a process that ends in order hands back too.
   */
  private async isPoison(
    { position, deliveries }: Delivery<Trigger>,
    history: ReadHistory,
  ): Promise<boolean> {
    if (deliveries - this.ledger.takenBefore(position.seq) < 2) return false;
    const mark = taskRunId(`trigger-${position.seq}`);
    if (deliveries >= POISON_DELIVERIES && history.begun.has(mark)) {
      const error = new Error(
        `the trigger at sequence ${position.seq} was handed out ${deliveries} times and never finished`,
      );
      await this.halt('poison', error);
      return true;
    }
    const claim = {
      taskRunId: mark,
      attempt: deliveries,
      holder: `orchestrator-${process.pid}`,
      nonce: randomUUID(),
    };
    await this.env.log.claim(this.runId, { type: 'TaskClaimed', ...claim }, this.spans?.trace);
    return false;
  }

  /** Ends a run that does not go on by itself; its code is not asked. */
  private async cancelStopped(history: ReadHistory, { event, time }: Delivery<Trigger>): Promise<void> {
    const reason = event.type === 'CancelRequested' ? event.reason : undefined;
    const decisions: DecisionEvent[] = [{ type: 'FlowCancelled', ...(reason ? { reason } : {}) }];
    if (history.open.length > 0) {
      decisions.unshift({
        type: 'TasksCancelled',
        taskRunIds: history.open,
        reason: 'the run was cancelled',
      });
    }
    await this.commit(decisions, time);
    if (this.usedTimers) await this.env.log.clearTimers(this.runId);
  }

  /**
   * Whether a delivery can only be the beginning of a run: a start that is handed out for the first time. Should
   * somebody have decided all the same, the fence says so, and the run is read.
   */
  private isFirstOf({ event, deliveries, olderThanReader }: Delivery<Trigger>): boolean {
    return this.unknown && event.type === 'StartRequested' && deliveries === 1 && !olderThanReader;
  }

  /** `from` is the trigger that led here: those before it were settled, and their spans recorded, by others. */
  private async replay(execution: Execution, history: ReadHistory, from: StreamSeq): Promise<void> {
    const missing: DecisionEvent[] = [];
    const finished: (() => void)[] = [];
    for (const { event, time, position } of history.triggers) {
      const live = position.seq > history.lastDecision;
      const decisions = await this.feed(execution, { event, time, seq: position.seq, live });
      missing.push(...decisions);
      if (live && position.seq >= from && event.type === 'TaskFinished')
        finished.push(() => this.spans?.taskFinished(event, decisions));
    }
    execution.assertReplayed();
    this.execution = execution;
    await this.assertEffects(history);
    await this.commit(missing, history.triggers.at(-1)!.time);
    for (const record of finished) record();
  }

  private feed(execution: Execution, fed: Fed): Promise<readonly DecisionEvent[]> {
    const activation = {
      runId: this.runId,
      seq: fed.seq,
      alone: this.alone,
      violate: (error: HaltingError) => execution.violate(error),
    };
    return this.env.gate.run(activation, () => execution.feed(fed));
  }

  private async commit(decisions: readonly DecisionEvent[], time: Millis): Promise<void> {
    if (decisions.length === 0) return;
    this.lastDecision = await this.env.log.decide(
      this.runId,
      this.lastDecision,
      decisions,
      this.spans?.trace,
    );
    for (const decision of decisions) {
      if (decision.type === 'TimerScheduled') await this.setTimer(decision);
      else if (decision.type === 'TaskScheduled') this.spans?.taskScheduled(decision, time);
    }
    if (!this.execution?.ended) return;
    if (this.usedTimers) await this.env.log.clearTimers(this.runId);
    this.spans?.ended(decisions.at(-1)!, time);
  }

  /** Asserts again what earlier decisions asked of the world; a repeat does no harm (1). */
  private async assertEffects(history: ReadHistory): Promise<void> {
    if (history.standing === 'ended') {
      if (this.usedTimers) await this.env.log.clearTimers(this.runId);
      return;
    }
    for (const timer of history.waitingTimers) await this.setTimer(timer);
  }

  private async setTimer(timer: Extract<DecisionEvent, { type: 'TimerScheduled' }>): Promise<void> {
    this.usedTimers = true;
    await this.env.log.setTimer(this.runId, timer.timerId, timer.dueAt, this.spans?.trace);
  }

  /** Appends RunHalted, unless the run has ended or halted already. Reads the log for the fence's sake. */
  private async halt(reason: HaltReason, error: Error): Promise<void> {
    this.drop();
    const history = readHistory(await this.env.log.readRun(this.runId));
    if (!history.start || history.standing === 'halted' || history.standing === 'ended') return;
    await this.env.log.decide(
      this.runId,
      history.lastDecision,
      [{ type: 'RunHalted', reason, error: { ...toErrorRecord(error), disposition: 'halt' } }],
      new RunSpans(this.runId, history.start).trace,
    );
    this.env.logger.warn(`run ${this.runId} is halted (${reason}): ${error.message}`);
  }

  private ports() {
    return {
      settle: settleMicrotasks,
      log: (entry: LogEntry) => this.emitLine(entry),
      violated: (error: HaltingError) => {
        // Outside an activation nobody waits for the answer, so the run is halted from here.
        void this.settled()
          .then(() => this.halt(error.reason, error))
          .catch((failure: unknown) => this.report(failure));
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
      );
      const { fields: _, ...rest } = entry;
      this.env.log.publishLive(this.runId, { type: 'LogEmitted', entry: rest }, this.spans?.trace);
    }
  }

  private drop(): void {
    this.execution = undefined;
    this.stale = true;
  }

  private report(error: unknown): void {
    const what = error instanceof Error ? error.message : String(error);
    if (isPassing(error)) this.env.logger.warn(`run ${this.runId} waits: ${what}`);
    else this.env.logger.error(`run ${this.runId}: ${error instanceof Error ? (error.stack ?? what) : what}`);
  }
}

/** Nobody here knows the version that the run has pinned: its trigger is kept for somebody who does. */
class ParkedError extends Error {}

/** Whether an error says nothing about the run itself, so that another try may go well. */
const isPassing = (error: unknown): boolean =>
  [FencedOutError, LogUnavailableError, LogFullError, SpoiledTurnError, ParkedError].some(
    (kind) => error instanceof kind,
  );

/** What a run's log holds when it holds only its start. */
const firstOf = (delivery: Delivery<Trigger>): RunHistory => ({
  runId: delivery.runId,
  events: [delivery],
  lastDecision: 0 as StreamSeq,
  last: delivery.position.seq,
});
