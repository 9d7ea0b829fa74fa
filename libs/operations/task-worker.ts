import { Logger } from '@nestjs/common';
import { millis } from '#libs/run-log';
import type {
  Delivery,
  Execution,
  Outcome,
  RunLog,
  StreamSeq,
  TaskScheduled,
  TraceContext,
} from '#libs/run-log';
import { inSpan, plannedSpan, taskSpanKey } from '#libs/telemetry';
import { settleExecution } from './actor.js';
import type { Admissions } from './admissions.js';
import type { Cancellations } from './cancellations.js';
import type { OperationContract } from './contract.js';
import { toErrorRecord } from './error-record.js';
import { countRedelivery } from './figures.js';
import type { Heartbeat } from './heartbeat.js';
import { GaveUpError } from './keep-trying.js';
import type { KeptResults } from './kept/kept-results.js';
import { lookUpSettled } from './look-up-settled.js';
import type { LookedUp } from './look-up-settled.js';
import type { Runner } from './runner.js';
import { AmbiguousError, CancelledError, LostContactError, ShuttingDownError } from './stop-reasons.js';
import { Stop } from './stop.js';
import { TaskAnswers } from './task-answers.js';
import { claimAttempt } from './task-claims.js';
import { runsOnce } from './work.js';
import type { Handler, Work } from './work.js';

/** What a worker needs of the log. */
export type WorkerLog = Pick<RunLog, 'outcome' | 'claim' | 'readRun' | 'call' | 'publishLive'>;

export interface TaskWorkerOptions {
  readonly log: WorkerLog;
  readonly runner: Runner;
  readonly cancellations: Cancellations;
  readonly heartbeat: Heartbeat;
  readonly admissions: Admissions;
  readonly kept: KeptResults;
  readonly service: string;
  readonly by: string;
  /** Deliveries of one attempt after which it is given up. */
  readonly deliveryLimit: number;
  readonly ackWaitMs: number;
}

/** What becomes of a delivery. `leave` says nothing to the broker, which will hand it out again by itself. */
type Settlement = 'ack' | 'hand-back' | 'after-ack-wait' | 'leave';

/** What is over sooner is told of by its outcome alone. */
const TELL_AFTER_MS = 20;

/** How long the broker waits before it hands out again what could not be worked on for a fault of ours. */
const FAULT_PAUSE_MS = millis(1_000);

/**
 * Works on the tasks that the log hands out.
 *
 * 1. A delivery is settled once, in `handle`, and acked only after its outcome is stored.
 * 2. What may have been handled before (redelivered, older than its durable, stored before this process followed the
 *    cancels) is looked up in the run's history first.
 * 3. A task that runs at most once, by what it was scheduled with, begins only behind a claim of its own; a claim of
 *    another process without an outcome is for a person to judge. A task that must be begun by a time is claimed too:
 *    once the orchestrator holds the claim, it is not begun.
 * 4. Deliveries are counted; past the limit the attempt fails for good and is kept as a dead letter.
 * 5. One attempt runs once at a time in this process, however often it is delivered.
 * 6. A success that was kept answers before room is looked for, and room is found before the claim is taken: a deferred
 *    attempt comes again under its number, and finds no claim of its own in the way.
 */
export class TaskWorker {
  private readonly logger = new Logger(TaskWorker.name);
  private readonly inHand = new Map<string, Promise<Settlement>>();
  private readonly stops = new Set<Stop>();
  /** Aborted when the grace of closing is over: nothing is waited for any more. */
  private readonly over = new AbortController();
  private readonly answers: TaskAnswers;
  private closing = false;
  private cancelsFollowedSince: StreamSeq | undefined;

  constructor(private readonly options: TaskWorkerOptions) {
    this.answers = new TaskAnswers(options, this.over.signal);
  }

  /** Tasks in hand. */
  get size(): number {
    return this.inHand.size;
  }

  /** Tells up to which message cancels may have gone by unheard. */
  followsCancelsSince(seq: StreamSeq): void {
    this.cancelsFollowedSince = seq;
  }

  /** Works on one delivery and settles it. Never throws. */
  async handle(
    contract: OperationContract,
    handler: Handler,
    delivery: Delivery<TaskScheduled>,
  ): Promise<void> {
    let settlement: Settlement;
    try {
      settlement = await this.once(contract, handler, delivery);
    } catch (error) {
      if (error instanceof GaveUpError) settlement = 'leave';
      else {
        this.logger.error(error, `task ${delivery.event.taskRunId} could not be worked on`);
        delivery.retry(FAULT_PAUSE_MS);
        return;
      }
    }
    switch (settlement) {
      case 'ack':
        return delivery.ack();
      case 'hand-back':
        return delivery.retry(millis(0));
      case 'after-ack-wait':
        return delivery.retry(millis(this.options.ackWaitMs));
      case 'leave':
        return;
    }
  }

  /** Lets what is in hand finish until `grace` is aborted, then stops it and hands it back. */
  async close(grace: AbortSignal): Promise<void> {
    this.closing = true;
    const stopAll = (): void => {
      for (const stop of this.stops) stop.abort(new ShuttingDownError(this.options.service));
      this.over.abort();
    };
    if (grace.aborted) stopAll();
    else grace.addEventListener('abort', stopAll, { once: true });
    await Promise.allSettled(this.inHand.values());
    grace.removeEventListener('abort', stopAll);
  }

  private async once(
    contract: OperationContract,
    handler: Handler,
    delivery: Delivery<TaskScheduled>,
  ): Promise<Settlement> {
    const task = delivery.event;
    // A deferred attempt comes again as another message.
    const key = `${task.taskRunId}/${task.attempt}/${delivery.position.seq}`;
    const same = this.inHand.get(key);
    if (same) return same;
    if (this.closing) return 'hand-back';
    const stop = new Stop();
    const release = this.options.heartbeat.keepAlive(() => delivery.working(), stop);
    const detach = this.options.cancellations.attach(task.taskRunId, stop);
    this.stops.add(stop);
    const working = this.work(contract, handler, delivery, stop);
    this.inHand.set(key, working);
    try {
      return await working;
    } finally {
      this.inHand.delete(key);
      this.stops.delete(stop);
      detach();
      release();
    }
  }

  private async work(
    contract: OperationContract,
    handler: Handler,
    delivery: Delivery<TaskScheduled>,
    stop: Stop,
  ): Promise<Settlement> {
    const { event: task, deliveries } = delivery;
    const { cancellations, deliveryLimit } = this.options;
    if (deliveries > 1) countRedelivery(contract);
    let cancelled = cancellations.reasonFor(task.taskRunId);
    if (this.mayBeSettled(delivery)) {
      const found = await this.lookUp(delivery);
      if (found?.kind === 'unreadable')
        return this.answers.answer(contract, delivery, { status: 'failed', error: found.error });
      if (found?.kind === 'cancelled') cancelled = found.reason;
      else if (found) return 'ack';
    }
    if (cancelled !== undefined)
      return this.answers.answer(contract, delivery, { status: 'cancelled', reason: cancelled });
    if (deliveries > deliveryLimit) return this.answers.exhausted(contract, delivery);
    const execution = settleExecution(contract, task);
    const known = task.cache && (await this.knownAnswer(contract, task, execution));
    if (known)
      return (
        (await this.claim(contract, delivery)) ??
        (await this.answers.keepAndAnswer(contract, delivery, execution, known))
      );
    const { admissions } = this.options;
    if (!admissions.concern(contract)) return this.begin(contract, handler, delivery, execution, stop);
    const leave = await admissions.ofTask(contract, execution, task, stop);
    if (!leave.granted)
      return 'outcome' in leave
        ? this.answers.answer(contract, delivery, leave.outcome)
        : this.unbegun(contract, delivery, stop.signal.reason);
    try {
      return await this.begin(contract, handler, delivery, execution, stop);
    } finally {
      await leave.giveBack();
    }
  }

  private async begin(
    contract: OperationContract,
    handler: Handler,
    delivery: Delivery<TaskScheduled>,
    execution: Execution,
    stop: Stop,
  ): Promise<Settlement> {
    const refused = await this.claim(contract, delivery);
    return refused ?? this.run(contract, handler, delivery, execution, stop);
  }

  private run(
    contract: OperationContract,
    handler: Handler,
    delivery: Delivery<TaskScheduled>,
    execution: Execution,
    stop: Stop,
  ): Promise<Settlement> {
    const { event: task, runId } = delivery;
    const { runner } = this.options;
    const attributes = {
      'operation.service': contract.service,
      'operation.task_run_id': task.taskRunId,
      'operation.flow_run_id': runId,
      'operation.attempt': task.attempt,
    };
    return inSpan(
      `operation ${contract.name}`,
      { parent: plannedSpan(delivery.trace, taskSpanKey(task.taskRunId)), kind: 'consumer', attributes },
      async (span) => {
        const work: Work = {
          contract,
          execution,
          guarantee: task.execution,
          attempt: task.attempt,
          flowRunId: runId,
          parentTaskRunId: null,
          trace: span.trace,
          stop,
          ...(task.logPrints ? { logPrints: true } : {}),
        };
        const told = task.createTaskrun ? this.tellStarted(contract, delivery, span.trace) : undefined;
        const ended = await runner.run(work, handler);
        clearTimeout(told);
        if (!runsOnce(work)) {
          if (ended.stopped instanceof ShuttingDownError) return 'hand-back';
          if (ended.stopped instanceof LostContactError) return 'leave';
        }
        if (ended.recorded.status === 'failed') span.fail(ended.recorded.error.message);
        return this.answers.keepAndAnswer(contract, delivery, execution, ended.recorded, span.trace, ended);
      },
    );
  }

  /** Tells those who watch, unless it is over before anybody could have looked. */
  private tellStarted(
    { service, name: operation }: OperationContract,
    { event: { taskRunId, attempt }, runId }: Delivery<TaskScheduled>,
    trace: TraceContext,
  ): NodeJS.Timeout {
    const { log, by } = this.options;
    const startedAt = millis(Date.now());
    return setTimeout(() => {
      log.publishLive(
        runId,
        { type: 'TaskStarted', taskRunId, attempt, service, operation, startedAt, by },
        trace,
      );
    }, TELL_AFTER_MS);
  }

  /** Finds a success that was kept for whoever may have it. */
  private async knownAnswer(
    contract: OperationContract,
    task: TaskScheduled,
    execution: Execution,
  ): Promise<Outcome | undefined> {
    if (!(await this.options.runner.admissible(contract, execution))) return undefined;
    return this.options.kept.find({ ...task, ...execution });
  }

  /** Settles what was told to stop while it waited for room. */
  private unbegun(
    contract: OperationContract,
    delivery: Delivery<TaskScheduled>,
    reason: unknown,
  ): Promise<Settlement> | Settlement {
    if (reason instanceof CancelledError)
      return this.answers.answer(contract, delivery, { status: 'cancelled', reason: reason.reason });
    return reason instanceof ShuttingDownError ? 'hand-back' : 'leave';
  }

  private mayBeSettled(delivery: Delivery<TaskScheduled>): boolean {
    const since = this.cancelsFollowedSince;
    return (
      delivery.deliveries > 1 ||
      delivery.olderThanReader ||
      (since !== undefined && delivery.position.seq <= since)
    );
  }

  private lookUp(delivery: Delivery<TaskScheduled>): Promise<LookedUp | undefined> {
    return lookUpSettled(this.options.log, delivery, this.over.signal);
  }

  /** Takes the claim of a task that needs one; answers how to settle the delivery where it must not begin. */
  private async claim(
    contract: OperationContract,
    delivery: Delivery<TaskScheduled>,
  ): Promise<Settlement | undefined> {
    const { event: task } = delivery;
    const once = task.execution === 'at-most-once';
    if (!once && task.startBy === undefined) return undefined;
    const claimed = await claimAttempt(this.options.log, delivery, this.options.by, this.over.signal);
    if (claimed === 'ours') return undefined;
    if (claimed === 'too-late') return 'ack';
    // It was begun in time, by a process that is gone or that the broker takes for gone.
    if (!once) return undefined;
    const found = await this.lookUp(delivery);
    if (found && found.kind !== 'unreadable') return 'ack';
    // A first delivery means that its holder may still live: one that died is handed out again.
    if (delivery.deliveries === 1) return 'after-ack-wait';
    const ambiguous = toErrorRecord(new AmbiguousError(contract.name, claimed.message));
    return this.answers.answer(contract, delivery, { status: 'failed', error: ambiguous });
  }
}
