import type {
  Actor,
  DecisionEvent,
  ErrorRecord,
  FlowRunId,
  LogEntry,
  Outcome,
  Millis,
  RunFlags,
  StreamSeq,
  Trigger,
} from '#libs/run-log';
import {
  AmbiguousOutcomeError,
  FlowTimeoutError,
  FlowTooLongError,
  FlowUsageError,
  ForeignPromiseError,
  HaltingError,
  TaskCancelledError,
  TaskFailedError,
  toErrorRecord,
} from './errors.js';
import { contentKey } from './hash.js';
import { Journal } from './journal.js';
import { asJson } from './json-value.js';
import type { CoreContext, FlowProgram, TaskCall } from './program.js';
import { seededRandom, uuidFrom } from './random.js';
import { mayRetry, retryDelayMs } from './retry-policy.js';
import { StepBook, type Step } from './step-book.js';
import { taskScheduled } from './task-scheduled.js';

/*
 * One run of one flow, as a pure machine: facts go in one at a time, in stream order; decisions come out.
 *
 * Owns: step numbers, attempts, epochs, the end of the flow. Does not own: the log, the clock, timers, threads.
 *
 * 1. Same triggers, same decisions. Nothing here reads a clock or a random source.
 * 2. One trigger settles at most one promise; then the flow runs to its next await before the next trigger.
 * 3. Live and replay are one path. What differs is only whether the journal holds the decision already.
 * 4. Steps are numbered over the whole run and never twice; attempts of a step share its number.
 * 5. Only this machine makes attempts. An outcome of any other attempt than the present one is stale and ignored.
 * 6. An epoch that has ended never decides again: what its code still asks for gets no answer.
 * 7. Every end of the flow, and of an epoch, first closes the steps that are open.
 */

/** A trigger as it is fed. */
export interface Fed {
  readonly event: Trigger;
  readonly seq: StreamSeq;
  /** Stream time; what the flow sees as now. */
  readonly time: Millis;
  /** False while history is gone over: log lines were written then. */
  readonly live: boolean;
}

export interface ExecutionPorts {
  /** Resolves when every promise that can go on without a further fact has gone on. */
  settle(): Promise<void>;
  /** Takes a line that the flow wrote. */
  log(entry: LogEntry): void;
  /** Is told of a use of the context outside an activation. */
  violated(error: HaltingError): void;
}

/** Beyond so many steps a history takes too long to go over; the rest belongs in another run. */
const MOST_STEPS = 10_000;

export class Execution {
  private readonly journal: Journal;
  private readonly steps: StepBook;
  private readonly timers = new Map<string, () => void>();
  private epoch = 0;
  private epochOpen = false;
  /** Begins the next epoch once the failed one has no step left that it must wait for. */
  private whenQuiet: (() => void) | undefined;
  private start: Extract<Trigger, { type: 'StartRequested' }> | undefined;
  private now = 0 as Millis;
  private fedSeq = 0 as StreamSeq;
  private active = false;
  private live = false;
  private finished = false;
  private violation: HaltingError | undefined;

  constructor(
    private readonly program: FlowProgram,
    private readonly runId: FlowRunId,
    recorded: readonly DecisionEvent[],
    private readonly ports: ExecutionPorts,
  ) {
    this.journal = new Journal(recorded);
    this.steps = new StepBook(runId);
  }

  /** True once the flow has completed, failed or been cancelled. */
  get ended(): boolean {
    return this.finished;
  }

  /**
   * Feeds one trigger and lets the flow run to its next await. Returns the decisions that the log does not hold yet.
   * Throws a HaltingError when the run must stop and wait for a person; the execution is of no use afterwards.
   */
  async feed(fed: Fed): Promise<readonly DecisionEvent[]> {
    this.throwViolation();
    if (this.finished) return [];
    this.now = fed.time;
    this.fedSeq = fed.seq;
    this.live = fed.live;
    this.active = true;
    try {
      this.take(fed.event);
      await this.ports.settle();
    } finally {
      this.active = false;
    }
    this.throwViolation();
    this.assertWaitsOnHistory();
    return this.journal.takeFresh();
  }

  /** Throws NonDeterminismError when everything was fed and the log still holds decisions nobody asked for. */
  assertReplayed(): void {
    this.journal.assertExhausted();
  }

  /** Stops the run because of something that happened beside it. */
  violate(error: HaltingError): void {
    this.violation ??= error;
  }

  private throwViolation(): void {
    if (this.violation) throw this.violation;
  }

  private take(event: Trigger): void {
    switch (event.type) {
      case 'StartRequested':
        return this.takeStart(event);
      case 'TaskFinished':
        return this.takeOutcome(event);
      case 'TimerFired': {
        const due = this.timers.get(event.timerId);
        this.timers.delete(event.timerId);
        return due?.();
      }
      case 'CancelRequested':
        return (
          this.start &&
          this.end(
            { type: 'FlowCancelled', ...(event.reason ? { reason: event.reason } : {}) },
            'the run was cancelled',
          )
        );
    }
  }

  private takeStart(event: Extract<Trigger, { type: 'StartRequested' }>): void {
    if (this.start) return;
    this.start = event;
    const { name, version, tags, timeoutSeconds } = this.program;
    this.emit({ type: 'FlowStarted', flow: name, version, tags: [...new Set([...tags, ...event.tags])] });
    if (timeoutSeconds !== undefined) {
      this.setTimer('flow-timeout', 'flow-timeout', 0, timeoutSeconds * 1_000, () =>
        this.end(
          { type: 'FlowFailed', error: toErrorRecord(new FlowTimeoutError(name, timeoutSeconds)) },
          'the flow timed out',
        ),
      );
    }
    this.beginEpoch();
  }

  private beginEpoch(): void {
    this.whenQuiet = undefined;
    const epoch = ++this.epoch;
    this.epochOpen = true;
    this.steps.beginEpoch();

    // A flow that throws before its first await must fail like one that throws after it.
    const running = (async () => this.program.run(this.start!.input, this.contextOf(epoch)))();
    running.then(
      (result) => this.isCurrent(epoch) && this.complete(result),
      (error: unknown) => this.isCurrent(epoch) && this.fail(error),
    );
  }

  /** Whether this epoch's code may still decide (6). */
  private isCurrent(epoch: number): boolean {
    return epoch === this.epoch && this.epochOpen && !this.finished && !this.violation;
  }

  private complete(result: unknown): void {
    try {
      this.end(
        { type: 'FlowCompleted', result: asJson(result, 'the result of the flow') },
        'the flow has ended',
      );
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(thrown: unknown): void {
    if (thrown instanceof HaltingError) return this.violate(thrown);
    const error = toErrorRecord(thrown);
    if (this.epoch > this.program.retries)
      return this.end({ type: 'FlowFailed', error }, 'the flow has failed');

    this.epochOpen = false;
    // What may take effect only once is neither given up nor begun again: the next epoch waits for how it ends.
    this.closeOpenSteps('the flow is tried again', isRunningOnce);
    const next = this.epoch + 1;
    const retry = () => {
      if (this.steps.anyPending) {
        this.whenQuiet = retry;
        return;
      }
      this.emit({ type: 'FlowRetried', epoch: next, fedSeq: this.fedSeq, error });
      this.beginEpoch();
    };
    const delay = this.program.retryDelaySeconds * 1_000;
    if (delay > 0) this.setTimer(`flow-retry-${next}`, 'flow-retry', 0, delay, retry);
    else retry();
  }

  private end(
    decision: Extract<DecisionEvent, { type: 'FlowCompleted' | 'FlowFailed' | 'FlowCancelled' }>,
    reason: string,
  ): void {
    this.closeOpenSteps(reason);
    this.emit(decision);
    this.finished = true;
    this.timers.clear();
  }

  private closeOpenSteps(reason: string, keep?: (step: Step) => boolean): void {
    const open = this.steps.closeAll(keep);
    if (open.length > 0) this.emit({ type: 'TasksCancelled', taskRunIds: open, reason });
  }

  private takeOutcome(event: Extract<Trigger, { type: 'TaskFinished' }>): void {
    const step = this.steps.find(event.taskRunId);
    if (!step?.task || event.attempt !== step.attempt) return;
    const { outcome } = event;
    // Whatever ended it first holds, a cancellation too; the audit goes by the same rule.
    if (step.state !== 'open') return;
    if (!this.epochOpen) return this.takeLate(step, outcome);
    switch (outcome.status) {
      case 'success':
        return this.succeed(step, outcome.result);
      case 'cancelled':
        this.steps.settle(step);
        return step.waiter.reject(
          new TaskCancelledError(step.task.call.spec.name, step.number, outcome.reason),
        );
      case 'deferred':
        return this.again(step, step.attempt, Math.max(0, outcome.until - this.now));
      case 'failed':
        return this.takeFailure(
          step,
          outcome.error,
          'result' in outcome ? { value: outcome.result } : undefined,
        );
    }
  }

  /** An outcome that a failed epoch still waits for. */
  private takeLate(step: Step, outcome: Outcome): void {
    if (outcome.status === 'failed' && outcome.error.disposition === 'halt') {
      return this.violate(new AmbiguousOutcomeError(step.task!.call.spec.name, step.number, outcome.error));
    }
    if (outcome.status === 'success') step.success = { value: outcome.result };
    this.steps.settle(step);
    if (!this.steps.anyPending) this.whenQuiet?.();
  }

  private takeFailure(step: Step, error: ErrorRecord, answer: { readonly value: unknown } | undefined): void {
    const { spec } = step.task!.call;
    if (error.disposition === 'halt')
      return this.violate(new AmbiguousOutcomeError(spec.name, step.number, error));
    const retryable = answer ? spec.retry.retryOnUnsuccessful : true;
    const judged: ErrorRecord =
      answer && spec.retry.retryOnUnsuccessful ? { ...error, disposition: 'retry' } : error;
    if (retryable && mayRetry(spec.retry, step.attempt, judged)) {
      const random = seededRandom(`${this.runId}/${step.number}/${step.attempt}`);
      return this.again(step, step.attempt + 1, retryDelayMs(spec.retry, step.attempt, judged, random));
    }
    this.steps.settle(step);
    if (answer) step.waiter.resolve(answer.value);
    else step.waiter.reject(new TaskFailedError(spec.name, step.number, step.attempt, error));
  }

  private succeed(step: Step, value: unknown): void {
    this.steps.settle(step);
    step.success = { value };
    step.waiter.resolve(value);
  }

  /** Schedules an attempt of an open step now or after a delay. */
  private again(step: Step, attempt: number, delayMs: number): void {
    if (delayMs <= 0) return this.schedule(step, attempt);
    step.state = 'waiting';
    this.setTimer(`task-retry-${step.number}-${attempt}`, 'task-retry', step.number, delayMs, () => {
      if (step.state !== 'waiting') return;
      step.state = 'open';
      this.schedule(step, attempt);
    });
  }

  private schedule(step: Step, attempt: number): void {
    step.attempt = attempt;
    this.emit(taskScheduled(this.runId, this.start!, step));
  }

  private setTimer(
    timerId: string,
    kind: Extract<DecisionEvent, { type: 'TimerScheduled' }>['kind'],
    step: number,
    delayMs: number,
    due: () => void,
  ): void {
    this.timers.set(timerId, due);
    this.emit({ type: 'TimerScheduled', timerId, kind, step, dueAt: (this.now + delayMs) as Millis });
  }

  private emit(decision: DecisionEvent): void {
    // After a mismatch nothing further is compared or kept: the first difference is the one to show.
    if (this.violation) return;
    try {
      this.journal.emit(decision);
    } catch (error) {
      if (!(error instanceof HaltingError)) throw error;
      this.violate(error);
    }
  }

  private runTask(call: TaskCall): Promise<unknown> {
    const { spec } = call;
    let input: unknown;
    try {
      // A copy: what the flow does to its objects afterwards must not reach what was decided.
      input = asJson(call.input, `the input of task ${spec.name}`);
    } catch (error) {
      return rejected(error as Error);
    }
    const key = call.key ?? contentKey(input);
    const ask = this.steps.ask(spec.name, key);
    if (ask.known) return Promise.resolve(ask.known.value);

    if (this.steps.count >= MOST_STEPS) return rejected(new FlowTooLongError(this.program.name, MOST_STEPS));
    const step = this.steps.openTask({ ...call, input }, key, ask);
    this.schedule(step, 1);
    return step.waiter.promise;
  }

  private sleep(seconds: number): Promise<void> {
    if (!Number.isFinite(seconds) || seconds < 0) {
      return rejected(
        new FlowUsageError(`sleep(${seconds}): expected a number of seconds that is not negative`),
      );
    }
    const ask = this.steps.ask('sleep', String(seconds));
    if (ask.known) return Promise.resolve();
    if (this.steps.count >= MOST_STEPS) return rejected(new FlowTooLongError(this.program.name, MOST_STEPS));
    const step = this.steps.openSleep(ask);
    this.setTimer(`sleep-${step.number}`, 'sleep', step.number, Math.round(seconds * 1_000), () => {
      if (step.state === 'waiting') this.succeed(step, undefined);
    });
    return step.waiter.promise as Promise<void>;
  }

  private contextOf(epoch: number): CoreContext {
    const { actor, flags } = this.start!;
    const random = seededRandom(`${this.runId}/${epoch}`);
    const guarded = <T>(what: string, body: () => Promise<T>): Promise<T> => {
      // The code of an epoch that has ended gets no answer (6).
      if (!this.isCurrent(epoch)) return new Promise<T>(() => undefined);
      this.assertActive(what);
      return body();
    };
    return {
      runId: this.runId,
      flow: this.program.name,
      version: this.program.version,
      actor: { ...actor } satisfies Actor,
      flags: withDefaults(flags),
      task: (call) => guarded(`task ${call.spec.name}`, () => this.runTask(call)),
      sleep: (seconds) => guarded('sleep', () => this.sleep(seconds)),
      now: () => this.now,
      random: () => random(),
      uuid: () => uuidFrom(random),
      log: (level, message, fields) => {
        if (!this.live || this.journal.replaying || !this.isCurrent(epoch)) return;
        this.ports.log({ level, message, at: this.now, ...(fields ? { fields } : {}) });
      },
    };
  }

  private assertActive(what: string): void {
    if (this.active) return;
    const error = new ForeignPromiseError(`${what} was asked for outside an activation`);
    this.violate(error);
    this.ports.violated(error);
    throw error;
  }

  /** A flow that has not ended waits for a step or a timer; anything else is not in the history. */
  private assertWaitsOnHistory(): void {
    if (this.finished || !this.start) return;
    // Between two epochs the run waits for a timer.
    if (this.steps.anyPending || !this.epochOpen) return;
    throw new ForeignPromiseError('the flow waits for something that is not in its history');
  }
}

const isRunningOnce = ({ task, state }: Step): boolean =>
  state === 'open' && task?.call.spec.execution === 'at-most-once';

const withDefaults = (flags: RunFlags) => ({
  dryRun: flags.dryRun ?? false,
  testMode: flags.testMode ?? false,
  verbose: flags.verbose ?? false,
});

function rejected<T>(error: Error): Promise<T> {
  const promise = Promise.reject<T>(error);
  promise.catch(() => undefined);
  return promise;
}
