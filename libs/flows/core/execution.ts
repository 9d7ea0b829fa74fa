import type {
  DecisionEvent,
  FlowRunId,
  LogEntry,
  Millis,
  StartRequested,
  StreamSeq,
  Trigger,
} from '#libs/run-log';
import { CURRENT_BEHAVIOURS } from './behaviours.js';
import { Closing } from './closing.js';
import { Contexts, type ContextHost } from './contexts.js';
import { Ending } from './ending.js';
import { Epochs } from './epochs.js';
import {
  FlowTimeoutError,
  FlowUsageError,
  ForeignPromiseError,
  HaltingError,
  toErrorRecord,
} from './errors.js';
import type { Fed } from './fed.js';
import { Hold } from './hold.js';
import { Journal } from './journal.js';
import { asJson } from './json-value.js';
import type { FlowProgram } from './program.js';
import { rejected } from './rejected.js';
import { nextRunId } from './run-ids.js';
import { RunState } from './run-state.js';
import { mayNeedUndoing, Saga, undoables, type Undoable } from './saga.js';
import { isUnderWay } from './step-book.js';
import { Stopping } from './stopping.js';
import { Tasks } from './tasks.js';
import { Waits } from './waits.js';

/*
 * One run of one flow, as a pure machine: facts go in one at a time, in stream order; decisions come out.
 *
 * Owns: what each trigger means, and the flow's code, try by try. Its parts own the tasks, the waits, what is given up,
 * what holds the run, what tells it to end, and the end itself. None of them knows the log, the clock, timers or
 * threads.
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

export interface ExecutionPorts {
  /** Resolves when every promise that can go on without a further fact has gone on. */
  settle(): Promise<void>;
  /** Takes a line that the flow wrote. */
  log(entry: LogEntry): void;
  /** Is told of a use of the context outside an activation. */
  violated(error: HaltingError): void;
}

/** Going over so many steps takes about as long as the decision that follows. */
const FEW_STEPS = 16;

export class Execution {
  private readonly journal: Journal;
  private readonly run: RunState;
  private readonly tasks: Tasks;
  private readonly waits: Waits;
  private readonly closing: Closing;
  private readonly contexts: Contexts;
  private readonly epochs: Epochs;
  private readonly hold: Hold;
  private readonly ending: Ending;
  private readonly stopping: Stopping;
  private active = false;
  private live = false;
  /** Sequence of the latest trigger, put aside or not. */
  private lastSeq = 0 as StreamSeq;

  constructor(
    private readonly program: FlowProgram,
    private readonly runId: FlowRunId,
    recorded: readonly DecisionEvent[],
    private readonly ports: ExecutionPorts,
  ) {
    this.journal = new Journal(recorded);
    this.run = new RunState(program, runId, this.journal);
    this.epochs = new Epochs(this.run);
    this.hold = new Hold(this.run);
    this.waits = new Waits(this.run);
    this.tasks = new Tasks(this.run, {
      ambiguous: (step) => this.hold.halt(step),
      leave: (step) => this.closing.leaveToTheEngine(step),
      settledUnawaited: () => this.closing.tellQuiet(),
      outcomeAside: (step) => this.hold.outcomeAside(step),
    });
    this.closing = new Closing(this.run, this.tasks, this.waits, this.hold);
    this.contexts = new Contexts(this.run, this.tasks, this.waits, this.contextHost());
    this.ending = new Ending(this.run, {
      epochs: this.epochs,
      hold: this.hold,
      closing: this.closing,
      saga: new Saga(this.run, this.tasks),
      contexts: this.contexts,
      write: (level, message) => this.write(level, message),
    });
    this.stopping = new Stopping(this.run, this.epochs, this.hold, this.closing, this.ending);
  }

  /** True once the flow has completed, failed, been cancelled or been continued by another run. */
  get ended(): boolean {
    return this.run.ended;
  }

  /** Whether triggers are put aside until a person lets the run go on. */
  get isHeld(): boolean {
    return this.hold.isOn;
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
    if (this.run.ended) return [];
    this.run.now = fed.time;
    this.lastSeq = fed.seq;
    this.live = fed.live;
    this.active = true;
    try {
      for (let next: Fed | undefined = fed; next; next = this.nextAside()) await this.takeInTurn(next);
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

  /** What was put aside while the run was held, and is fed now that it goes on (7). */
  private nextAside(): Fed | undefined {
    return this.run.ended || this.run.violation ? undefined : this.hold.next();
  }

  private throwViolation(): void {
    if (this.run.violation) throw this.run.violation;
  }

  private async takeInTurn(fed: Fed): Promise<void> {
    this.run.fedSeq = fed.seq;
    this.run.unbegun = fed.unbegun ?? false;
    if (!this.hold.putAside(fed)) this.take(fed.event);
    await this.ports.settle();
    this.stopping.boundCleanUp();
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
        return this.stopping.takeCancel(event);
      case 'PauseRequested':
        // What was told to end is not paused.
        return this.stopping.isTold ? undefined : this.hold.pause(event);
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
        this.stopping.takeTimeout(new FlowTimeoutError(name, timeoutSeconds)),
      );
    }
    this.beginEpoch();
  }

  private takeResume(event: Extract<Trigger, { type: 'ResumeRequested' }>): void {
    const words = this.hold.resume(event);
    if (words) this.tasks.resolve(words);
  }

  private beginEpoch(): void {
    const scope = this.epochs.begin();
    this.ending.forget();
    this.run.steps.beginEpoch();

    // A flow that throws before its first await must fail like one that throws after it.
    const running = (async () => this.program.run(this.run.start!.input, this.contexts.of(scope)))();
    running.then(
      (result) => this.epochs.isCurrent(scope) && this.codeReturned(result),
      (error: unknown) => this.epochs.isCurrent(scope) && this.codeThrew(error),
    );
  }

  private codeReturned(value: unknown): void {
    if (this.stopping.isTold) return this.stopping.wind();
    let result: unknown;
    try {
      result = asJson(value, 'the result of the flow');
    } catch (error) {
      return this.codeThrew(error);
    }
    this.ending.wind({ status: 'completed', result });
  }

  private codeThrew(thrown: unknown): void {
    if (thrown instanceof HaltingError) return this.run.violate(thrown);
    if (this.stopping.isTold) return this.stopping.wind();
    const error = toErrorRecord(thrown);
    if (this.epochs.present > this.program.retries) {
      return this.ending.wind({ status: 'failed', error }, thrown instanceof Error ? thrown : undefined);
    }
    this.epochs.close();
    this.closing.closeEpoch();
    const next = this.epochs.present + 1;
    const retry = () =>
      this.closing.whenQuiet(() => {
        this.run.emit({ type: 'FlowRetried', epoch: next, fedSeq: this.hold.takenUpTo, error });
        this.beginEpoch();
      });
    const delay = this.program.retryDelaySeconds * 1_000;
    if (delay > 0) this.run.setTimer(this.epochs.retryTimer, 'flow-retry', 0, delay, retry);
    else retry();
  }

  private contextHost(): ContextHost {
    const stopError = () => this.stopping.error;
    return {
      isCurrent: (scope) => this.epochs.isCurrent(scope),
      assertActive: (what) => this.assertActive(what),
      get stopError() {
        return stopError();
      },
      closeBranches: (scopes) => this.closing.closeBranches(scopes),
      keep: (name, value) => this.ending.keep(name, value),
      continueAsNew: (input) => this.continueAsNew(input),
      write: (level, message, fields) => this.write(level, message, fields),
    };
  }

  private continueAsNew(said: unknown): Promise<never> {
    if (this.ending.hasBegun || this.stopping.isTold)
      return rejected(new FlowUsageError('continueAsNew: the run is ending'));
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
    const signals = [...this.waits.untaken, ...this.hold.signalsAside];
    this.ending.end(
      {
        type: 'FlowContinued',
        nextRunId: nextRunId(this.runId),
        input,
        fedSeq: this.lastSeq,
        ...(signals.length > 0 ? { signals } : {}),
        ...this.ending.kept(),
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
    if (this.run.ended || !this.run.start || this.hold.isOn) return;
    // Between two epochs the run waits for a timer.
    if (this.run.steps.anyPending || !this.epochs.open) return;
    throw new ForeignPromiseError('the flow waits for something that is not in its history');
  }
}
