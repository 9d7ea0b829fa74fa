import type {
  DecisionEvent,
  FlowRunId,
  LogEntry,
  Millis,
  Outcome,
  StartRequested,
  StreamSeq,
  TaskRunId,
  Trigger,
} from '#libs/run-log';
import { Closing } from './closing.js';
import { Contexts, type ContextHost } from './contexts.js';
import { Behaviour, CURRENT_BEHAVIOURS } from './behaviours.js';
import {
  AmbiguousOutcomeError,
  FlowCancelledError,
  FlowTimeoutError,
  FlowUsageError,
  ForeignPromiseError,
  HaltingError,
  toErrorRecord,
} from './errors.js';
import { Journal } from './journal.js';
import { asJson } from './json-value.js';
import type { FlowProgram, RunEnd } from './program.js';
import { rejected } from './rejected.js';
import { nextRunId } from './run-ids.js';
import { RunState } from './run-state.js';
import { isCompensable, mayNeedUndoing, Saga, undoables, type Undoable } from './saga.js';
import { Scope } from './scope.js';
import type { Step } from './step-book.js';
import { Tasks } from './tasks.js';
import { isUnparking } from './unparking.js';
import { Waits } from './waits.js';

/*
 * One run of one flow, as a pure machine: facts go in one at a time, in stream order; decisions come out.
 *
 * Owns: epochs, pauses, and the end of the flow. Its parts own the tasks, the waits, the compensations. None of them
 * knows the log, the clock, timers or threads.
 *
 * 1. Same triggers, same decisions. Nothing here reads a clock or a random source.
 * 2. One trigger settles at most one promise, but for the one that ends the run; then the flow runs to its next await
 *    before the next trigger.
 * 3. Live and replay are one path. What differs is only whether the journal holds the decision already.
 * 4. Steps are numbered over the whole run and never twice; attempts of a step share its number.
 * 5. An epoch that has ended never decides again: what its code still asks for gets no answer.
 * 6. Every end of the flow, and of an epoch, first closes the steps that are open.
 * 7. While the run is held, by a pause or for a person's word, triggers are put aside and fed afterwards, in order.
 */

/** A trigger as it is fed. */
export interface Fed {
  readonly event: Trigger;
  readonly seq: StreamSeq;
  /** Stream time; what the flow sees as now. */
  readonly time: Millis;
  /** False while history is gone over: log lines were written then. */
  readonly live: boolean;
  /** With a timer for the beginning of a task: nobody had begun it. */
  readonly unbegun?: boolean;
}

export interface ExecutionPorts {
  /** Resolves when every promise that can go on without a further fact has gone on. */
  settle(): Promise<void>;
  /** Takes a line that the flow wrote. */
  log(entry: LogEntry): void;
  /** Is told of a use of the context outside an activation. */
  violated(error: HaltingError): void;
}

/** What tells a run to end, beside its own code. */
type Stop =
  | { readonly cause: 'cancel'; readonly reason?: string; readonly error: Error }
  | { readonly cause: 'timeout'; readonly error: Error };

type End = Extract<
  DecisionEvent,
  { type: 'FlowCompleted' | 'FlowFailed' | 'FlowCancelled' | 'FlowContinued' }
>;

/** Going over so many steps takes about as long as the decision that follows. */
const FEW_STEPS = 16;

export class Execution {
  private readonly journal: Journal;
  private readonly run: RunState;
  private readonly tasks: Tasks;
  private readonly waits: Waits;
  private readonly saga: Saga;
  private readonly closing: Closing;
  private readonly contexts: Contexts;
  private epoch = 0;
  private epochOpen = false;
  private active = false;
  private live = false;
  private finished = false;
  /** Why triggers are put aside, and those that were. */
  private held: 'pause' | 'ambiguous' | undefined;
  private aside: Fed[] = [];
  /** Sequence of the latest trigger, put aside or not. */
  private lastSeq = 0 as StreamSeq;
  private stop: Stop | undefined;
  private readonly cancelsHeard = new Set<string>();
  /** By a person. */
  private cancelSaid = false;
  private cancelTold = false;
  private cleaningUp = false;
  /** The scope of the code that runs now: a flow's, or its hook's. */
  private root = new Scope(0);
  /** Set once the code has come to its end, and what follows is the engine's: compensations, hook, end. */
  private winding = false;
  private quiet: (() => void) | undefined;
  private readonly state = new Map<string, unknown>();

  constructor(
    private readonly program: FlowProgram,
    private readonly runId: FlowRunId,
    recorded: readonly DecisionEvent[],
    private readonly ports: ExecutionPorts,
  ) {
    this.journal = new Journal(recorded);
    this.run = new RunState(program, runId, this.journal);
    this.waits = new Waits(this.run);
    this.tasks = new Tasks(this.run, {
      ambiguous: (step) => this.halt(step),
      leave: (step) => this.closing.leaveToTheEngine(step),
      settledUnawaited: () => this.tellQuiet(),
      outcomeAside: (step) => this.outcomeAside(step),
    });
    this.saga = new Saga(this.run, this.tasks);
    this.closing = new Closing(this.run, this.tasks, this.waits);
    this.contexts = new Contexts(this.run, this.tasks, this.waits, this.contextHost());
  }

  /** True once the flow has completed, failed, been cancelled or been continued by another run. */
  get ended(): boolean {
    return this.finished;
  }

  /** Whether triggers are put aside until a person lets the run go on. */
  get isHeld(): boolean {
    return this.held !== undefined;
  }

  /**
   * Whether nothing is under way for the run: until then it goes on only if somebody from outside says something, and
   * its history is so short that it costs little to go over it again.
   */
  isDormantUntil(time: Millis): boolean {
    const { steps } = this.run;
    return steps.count <= FEW_STEPS && !steps.open.some(isUnderWay) && !this.run.ringsBy(time);
  }

  /** Lists what the run has done and could undo, last first, whether or not it has. */
  undoable(): readonly Undoable[] {
    return undoables(this.run.steps.taken);
  }

  /** Whether the run still waits for a timer that it has set. */
  waitsFor(timerId: string): boolean {
    return this.run.waitsFor(timerId);
  }

  /** Hands over the timers that nothing waits for any more. */
  takeObsoleteTimers(): readonly string[] {
    return this.run.takeObsolete();
  }

  /**
   * Feeds one trigger and lets the flow run to its next await. Returns the decisions that the log does not hold yet.
   * Throws a HaltingError when the run must stop and wait for a person; the execution is of no use afterwards.
   */
  async feed(fed: Fed): Promise<readonly DecisionEvent[]> {
    this.throwViolation();
    if (this.finished) return [];
    this.run.now = fed.time;
    this.lastSeq = fed.seq;
    this.live = fed.live;
    this.active = true;
    try {
      await this.takeInTurn(fed);
      while (this.held === undefined && this.aside.length > 0 && !this.finished && !this.run.violation) {
        await this.takeInTurn(this.aside.shift()!);
      }
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
    this.run.violate(error);
  }

  /** Up to here triggers were taken into account; what was put aside comes later. */
  private get takenUpTo(): StreamSeq {
    const [next] = this.aside;
    return next ? ((next.seq - 1) as StreamSeq) : this.run.fedSeq;
  }

  private throwViolation(): void {
    if (this.run.violation) throw this.run.violation;
  }

  private async takeInTurn(fed: Fed): Promise<void> {
    this.run.fedSeq = fed.seq;
    this.run.unbegun = fed.unbegun ?? false;
    if (this.held !== undefined && !passesHold(fed.event)) this.aside.push(fed);
    else this.take(fed.event);
    await this.ports.settle();
    this.boundCleanUp();
  }

  private take(event: Trigger): void {
    if (event.type === 'StartRequested') return this.takeStart(event);
    if (!this.run.start) return;
    switch (event.type) {
      case 'TaskFinished':
        return this.tasks.takeOutcome(event);
      case 'TimerFired':
        return this.run.fire(event.timerId);
      case 'SignalSent':
        return this.waits.takeSignal(event);
      case 'ApprovalAnswered':
        return this.waits.takeAnswer(event);
      case 'ChildFinished':
        return this.waits.takeChildEnd(event.step, event.childRunId, event.end);
      case 'ValueLoaded':
        return this.waits.takeValue(event);
      case 'CancelRequested':
        return this.takeCancel(event);
      case 'PauseRequested':
        return this.takePause(event);
      case 'ResumeRequested':
        return this.takeResume(event);
    }
  }

  private takeStart(event: StartRequested): void {
    if (this.run.start) return;
    this.run.start = event;
    this.run.startedAt = this.run.now;
    if (event.fork) this.run.steps.keep(event.fork.results);
    const recorded = this.journal.next;
    this.run.behaviours = recorded?.type === 'FlowStarted' ? (recorded.behaviours ?? []) : CURRENT_BEHAVIOURS;
    const { name, version, tags, timeoutSeconds } = this.program;
    this.run.emit({
      type: 'FlowStarted',
      flow: name,
      version,
      tags: [...new Set([...tags, ...event.tags])],
      behaviours: this.run.behaviours,
    });
    if (timeoutSeconds !== undefined) {
      this.run.setTimer('flow-timeout', 'flow-timeout', 0, timeoutSeconds * 1_000, () =>
        this.tellToStop({ cause: 'timeout', error: new FlowTimeoutError(name, timeoutSeconds) }),
      );
    }
    this.beginEpoch();
  }

  private beginEpoch(): void {
    const scope = (this.root = new Scope(++this.epoch));
    this.epochOpen = true;
    this.state.clear();
    this.run.steps.beginEpoch();

    // A flow that throws before its first await must fail like one that throws after it.
    const running = (async () => this.program.run(this.run.start!.input, this.contexts.of(scope)))();
    running.then(
      (result) => this.isCurrent(scope) && this.codeReturned(result),
      (error: unknown) => this.isCurrent(scope) && this.codeThrew(error),
    );
  }

  /** Whether the code of this scope may still decide (5). */
  private isCurrent(scope: Scope): boolean {
    return scope.epoch === this.epoch && !scope.closed && !this.finished && !this.run.violation;
  }

  private codeReturned(value: unknown): void {
    if (this.stop) return this.wind(stopped(this.stop));
    let result: unknown;
    try {
      result = asJson(value, 'the result of the flow');
    } catch (error) {
      return this.codeThrew(error);
    }
    this.wind({ status: 'completed', result });
  }

  private codeThrew(thrown: unknown): void {
    if (thrown instanceof HaltingError) return this.run.violate(thrown);
    if (this.stop) return this.wind(stopped(this.stop));
    const error = toErrorRecord(thrown);
    if (this.epoch > this.program.retries) {
      return this.wind({ status: 'failed', error }, thrown instanceof Error ? thrown : undefined);
    }
    this.epochOpen = false;
    this.root.close();
    // What may take effect only once, or can be undone, is neither given up nor begun again: the next epoch waits for
    // how it ends.
    this.closing.close('the flow is tried again', {
      keep: (step) => isRunningOnce(step) || isCompensable(step),
      provisional: () => true,
    });
    const next = this.epoch + 1;
    const retry = () =>
      this.whenQuiet(() => {
        this.run.emit({ type: 'FlowRetried', epoch: next, fedSeq: this.takenUpTo, error });
        this.beginEpoch();
      });
    const delay = this.program.retryDelaySeconds * 1_000;
    if (delay > 0) this.run.setTimer(retryTimer(next), 'flow-retry', 0, delay, retry);
    else retry();
  }

  private takeCancel({ id, reason, by }: Extract<Trigger, { type: 'CancelRequested' }>): void {
    if (id !== undefined && this.cancelsHeard.has(id)) return;
    if (id !== undefined) this.cancelsHeard.add(id);
    const said = reason ? { reason } : {};
    const person = by === undefined;
    // Said again by a person, it is meant: whatever cleans up or undoes is given up too.
    if ((person && this.cancelSaid) || !this.run.goesBy(Behaviour.endsInOrder)) {
      return this.end({ type: 'FlowCancelled', ...said }, 'the run was cancelled');
    }
    this.cancelSaid ||= person;
    if (this.cancelTold) return;
    this.cancelTold = true;
    this.tellToStop({ cause: 'cancel', ...said, error: new FlowCancelledError(reason) });
  }

  /** Tells the code to end: what it waits for is rejected, and it may clean up. */
  private tellToStop(stop: Stop): void {
    if (!this.run.goesBy(Behaviour.endsInOrder)) {
      return this.end({ type: 'FlowFailed', error: toErrorRecord(stop.error) }, 'the flow timed out');
    }
    const ending = this.stop !== undefined || this.winding;
    if (ending && stop.cause === 'timeout') return;
    const said = stop.cause === 'cancel' && stop.reason ? { reason: stop.reason } : {};
    const spared = this.run.steps.open.filter(
      (step) => step.state === 'waiting' && (ending || cleansUp(step)),
    );
    const spares = spared.length > 0 ? { spares: spared.map((step) => step.number) } : {};
    this.run.emit({ type: 'FlowCancelling', cause: stop.cause, ...said, ...spares });
    if (this.held === 'pause') this.held = undefined;
    // What cleans up or undoes already goes on until it is done, or the cancel is said again.
    if (ending) return;

    this.stop = stop;
    // A word on what is not known is asked for again, should it be needed.
    this.held = undefined;
    const rejects = this.run.steps.open.filter(
      (step) => step.state !== 'awaited' && !step.unawaited && !cleansUp(step),
    );
    this.closing.close(stop.error.message, {
      keep: isCompensable,
      provisional: isCompensable,
      spare: cleansUp,
      said: true,
    });
    if (!this.epochOpen) return this.wind(stopped(stop));
    for (const step of rejects) step.waiter.reject(stop.error);
  }

  /** Code that was told to end and has not done so by the time it next waits may not take for ever. */
  private boundCleanUp(): void {
    const { stop } = this;
    if (!stop || this.winding || this.finished || this.cleaningUp) return;
    this.cleaningUp = true;
    this.run.setTimer('clean-up', 'clean-up', 0, this.program.cleanUpSeconds * 1_000, () => {
      if (!this.winding) this.wind(stopped(stop));
    });
  }

  /** Nobody knows whether a task took effect: the run waits for a person's word. */
  private halt(step: Step): void {
    const error = new AmbiguousOutcomeError(step.name, step.number, step.unknown!);
    const inDoubt = this.run.steps.open.filter(({ state }) => state === 'ambiguous');
    this.run.emit({
      type: 'RunHalted',
      reason: 'ambiguous',
      error: { ...toErrorRecord(error), disposition: 'halt' },
      taskRunIds: inDoubt.map(({ task }) => task!.taskRunId),
    });
    this.held = 'ambiguous';
  }

  private takePause({ actor, reason }: Extract<Trigger, { type: 'PauseRequested' }>): void {
    if (this.held !== undefined || this.stop) return;
    this.run.emit({ type: 'RunPaused', actor, ...(reason ? { reason } : {}) });
    this.held = 'pause';
  }

  private takeResume(event: Extract<Trigger, { type: 'ResumeRequested' }>): void {
    if (this.held === undefined) return;
    // It came late, for a run that was parked once: a person has paused it since, or is asked for a word.
    if (isUnparking(event) && this.run.goesBy(Behaviour.wordsAreOnDoubts)) return;
    const { actor, resolutions = [] } = event;
    const said = new Set(resolutions.map(({ taskRunId }) => taskRunId));
    // Those that no code waits for are asked about in their turn.
    const needsWords = this.held === 'ambiguous' || !this.run.goesBy(Behaviour.wordsAreOnDoubts);
    const asked = needsWords ? this.run.steps.open.filter((step) => step.state === 'ambiguous') : [];
    if (asked.some((step) => !said.has(step.task!.taskRunId))) return;
    const counted = this.run.goesBy(Behaviour.wordsAreOnDoubts)
      ? resolutions.filter(({ taskRunId }) => this.isInDoubt(taskRunId))
      : resolutions;
    const words = counted.length > 0 ? { resolutions: counted } : {};
    this.run.emit({ type: 'RunResumed', actor, after: this.held, ...words });
    this.held = undefined;
    this.tasks.resolve(counted);
  }

  /** Whether nobody knows if a task took effect, be it by an outcome that is put aside. */
  private isInDoubt(id: TaskRunId): boolean {
    const step = this.run.steps.find(id);
    if (!step) return false;
    // Where none was heard, an outcome may still come until the run stands still for a word.
    if (step.state === 'ambiguous') return step.attemptOver === true || this.held === 'ambiguous';
    if (step.calledOff || step.attemptOver) return false;
    const outcome = this.outcomeAside(step);
    return outcome?.status === 'failed' && outcome.error.disposition === 'halt';
  }

  /** How the step's attempt ended while the run was held, which it takes note of when it goes on. */
  private outcomeAside({ task, attempt }: Step): Outcome | undefined {
    for (const { event } of this.aside)
      if (
        event.type === 'TaskFinished' &&
        event.taskRunId === task?.taskRunId &&
        event.attempt === attempt &&
        event.outcome.status !== 'deferred'
      )
        return event.outcome;
    return undefined;
  }

  /** The code has come to its end: undoes what is to be undone, runs the hook, and ends the run. */
  private wind(end: RunEnd, cause?: Error): void {
    this.winding = true;
    // A hook, and what undoes, are of this end alone.
    this.run.steps.forget();
    this.epochOpen = true;
    this.quiet = undefined;
    this.run.dropTimer('clean-up');
    this.run.dropTimer(retryTimer(this.epoch + 1));
    const undo = end.status !== 'completed';
    const undoable = undo && this.run.steps.taken.some(isCompensable);
    const over = !this.program.hook && !undoable;
    const undone = undo ? { keep: isCompensable, provisional: isCompensable } : {};
    this.closing.close(whyClosed(end), { ...undone, said: over });
    if (over) return this.conclude(end);

    // From here on only the engine and the hook are answered, not what the code has left running.
    this.root.close();
    const own = (this.root = new Scope(this.epoch, true));
    this.whenQuiet(() => void this.undoAndTell(own, end, undo ? (cause ?? this.stop?.error) : undefined));
  }

  private async undoAndTell(own: Scope, end: RunEnd, cause: Error | undefined): Promise<void> {
    let last = end;
    if (end.status !== 'completed') {
      const failed = await this.saga.undo(own, cause);
      if (failed) last = { status: 'failed', error: toErrorRecord(failed) };
    }
    try {
      await this.program.hook?.(last, this.contexts.of(own));
    } catch (error) {
      if (error instanceof HaltingError) return this.run.violate(error);
      this.write('error', `the hook of the flow failed: ${toErrorRecord(error).message}`);
    }
    if (this.isCurrent(own)) this.conclude(last);
  }

  private conclude(end: RunEnd): void {
    switch (end.status) {
      case 'completed': {
        const state = this.kept();
        return this.end({ type: 'FlowCompleted', result: end.result, ...state }, whyClosed(end));
      }
      case 'failed':
        return this.end({ type: 'FlowFailed', error: end.error }, whyClosed(end));
      case 'cancelled':
        return this.end(
          { type: 'FlowCancelled', ...(end.reason ? { reason: end.reason } : {}) },
          whyClosed(end),
        );
    }
  }

  private end(decision: End, reason: string): void {
    this.held = undefined;
    this.closing.close(reason, { said: true });
    this.run.emit(decision);
    this.finished = true;
    this.run.dropTimers();
  }

  /** Values to keep now that the run has come to a good end; a dry run keeps none. */
  private kept(): { readonly state?: Readonly<Record<string, unknown>> } {
    const dryRun = this.run.start!.flags.dryRun ?? false;
    return this.state.size === 0 || dryRun ? {} : { state: Object.fromEntries(this.state) };
  }

  /** Goes on once no task is left whose outcome only the engine waits for. */
  private whenQuiet(goOn: () => void): void {
    this.quiet = goOn;
    this.tellQuiet();
  }

  private tellQuiet(): void {
    const unknown = this.run.steps.open.filter((step) => step.unawaited);
    if (unknown.length > 0 && this.held === undefined && this.quiet) this.halt(unknown[0]!);
    if (this.run.steps.open.some((step) => step.state === 'awaited' || step.unawaited)) return;
    const goOn = this.quiet;
    this.quiet = undefined;
    goOn?.();
  }

  private contextHost(): ContextHost {
    const stopError = () => this.stop?.error;
    return {
      isCurrent: (scope) => this.isCurrent(scope),
      assertActive: (what) => this.assertActive(what),
      get stopError() {
        return stopError();
      },
      closeBranches: (scopes) => {
        // Before, each branch had a decision of its own.
        if (this.run.goesBy(Behaviour.namesWhatItGivesUp)) this.closeBranches(scopes);
        else for (const scope of scopes) this.closeBranches([scope]);
      },
      keep: (name, value) => void this.state.set(name, value),
      continueAsNew: (input) => this.continueAsNew(input),
      write: (level, message, fields) => this.write(level, message, fields),
    };
  }

  private closeBranches(within: readonly Scope[]): void {
    this.closing.close('another branch of the race was first', {
      keep: isCompensable,
      // Another try of the flow would ask for it again.
      follow: (step) => isRunningOnce(step) && !isCompensable(step) && this.run.mayUseLater(step),
      provisional: (step) => isCompensable(step) || this.run.mayUseLater(step),
      within,
    });
  }

  private continueAsNew(said: unknown): Promise<never> {
    if (this.winding || this.stop) return rejected(new FlowUsageError('continueAsNew: the run is ending'));
    if (this.run.steps.taken.some(mayNeedUndoing)) {
      const why = 'continueAsNew: the run has done what may have to be undone, which no other run can do';
      return rejected(new FlowUsageError(why));
    }
    let input: unknown;
    try {
      input = asJson(said, 'the input of the run that goes on');
    } catch (error) {
      return rejected(error as Error);
    }
    const waiting = this.aside.flatMap(({ event }) => (event.type === 'SignalSent' ? [event] : []));
    const signals = [...this.waits.untaken, ...waiting];
    this.end(
      {
        type: 'FlowContinued',
        nextRunId: nextRunId(this.runId),
        input,
        fedSeq: this.lastSeq,
        ...(signals.length > 0 ? { signals } : {}),
        ...this.kept(),
      },
      'another run goes on with the work',
    );
    return new Promise<never>(() => undefined);
  }

  private write(level: LogEntry['level'], message: string, fields?: Record<string, unknown>): void {
    if (!this.live || this.journal.replaying) return;
    this.ports.log({ level, message, at: this.run.now, ...(fields ? { fields } : {}) });
  }

  private assertActive(what: string): void {
    if (this.active) return;
    const error = new ForeignPromiseError(`${what} was asked for outside an activation`);
    this.run.violate(error);
    this.ports.violated(error);
    throw error;
  }

  /** A flow that has not ended waits for a step or a timer; anything else is not in the history. */
  private assertWaitsOnHistory(): void {
    if (this.finished || !this.run.start || this.held !== undefined) return;
    // Between two epochs the run waits for a timer.
    if (this.run.steps.anyPending || !this.epochOpen) return;
    throw new ForeignPromiseError('the flow waits for something that is not in its history');
  }
}

/** Whether somebody works on the step: a service, another run, or the orchestrator. */
const isUnderWay = ({ state, child, answeredAtOnce }: Step): boolean =>
  state === 'open' || state === 'awaited' || child !== undefined || (answeredAtOnce ?? false);

/** What is fed although the run is held: what a person says to the run itself. */
const passesHold = ({ type }: Trigger): boolean =>
  type === 'ResumeRequested' || type === 'CancelRequested' || type === 'PauseRequested';

/** Whether the task may take effect only once, and nobody knows yet whether it has. */
const isRunningOnce = ({ task, state }: Step): boolean =>
  state !== 'waiting' && task?.call.spec.execution === 'at-most-once';

/** Asked for in a shielded context: it goes on when the run is told to end. */
const cleansUp = ({ scope, state }: Step): boolean => scope.shielded && state !== 'ambiguous';

const retryTimer = (epoch: number): string => `flow-retry-${epoch}`;

const stopped = (stop: Stop): RunEnd =>
  stop.cause === 'cancel'
    ? { status: 'cancelled', ...(stop.reason ? { reason: stop.reason } : {}) }
    : { status: 'failed', error: toErrorRecord(stop.error) };

const whyClosed = (end: RunEnd): string =>
  end.status === 'completed'
    ? 'the flow has ended'
    : end.status === 'failed'
      ? 'the flow has failed'
      : 'the run was cancelled';
