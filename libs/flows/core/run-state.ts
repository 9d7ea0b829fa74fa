import type {
  AskId,
  DecisionEvent,
  FlowRunId,
  Millis,
  StartRequested,
  StreamSeq,
  TimerKind,
} from '#libs/run-log';
import { Behaviour } from './behaviours.js';
import { FlowTooLongError, HaltingError } from './errors.js';
import type { Journal } from './journal.js';
import type { FlowProgram } from './program.js';
import { StepBook, type Step } from './step-book.js';

/** Beyond so many steps a history takes too long to go over; the rest belongs in another run. */
const MOST_STEPS = 10_000;
const NONE: readonly string[] = [];

/** What the parts of one execution share: its start, its steps, its timers, and the decisions that it makes. */
export class RunState {
  readonly steps: StepBook;
  start: StartRequested | undefined;
  behaviours: readonly number[] = [];
  /** Stream time of what is being fed. */
  now = 0 as Millis;
  /** Stream time of the start. */
  startedAt = 0 as Millis;
  fedSeq = 0 as StreamSeq;
  /** Whether the task was not begun by anybody whose timer to be begun is being fed. */
  unbegun = false;
  violation: HaltingError | undefined;
  /** Set once the flow has completed, failed, been cancelled or been continued by another run. */
  ended = false;
  private readonly timers = new Map<string, { readonly dueAt: Millis; readonly due: () => void }>();
  private readonly obsolete = new Set<string>();

  constructor(
    readonly program: FlowProgram,
    readonly runId: FlowRunId,
    private readonly journal: Journal,
  ) {
    this.steps = new StepBook(runId);
  }

  /** What idempotency keys are made of: the same for a run and those that were forked from it. */
  get root(): string {
    return this.start?.root ?? this.runId;
  }

  /** What a piece of work is known by to whoever does it: the same over attempts, retries and forks. */
  idempotencyKey({ name, key, nth }: AskId): string {
    const undone = this.start?.fork?.undone?.findLast(
      (ask) => ask.name === name && ask.key === key && ask.nth === nth,
    );
    return `${this.root}${undone ? `~${undone.by}` : ''}/${name}/${key}/${nth}`;
  }

  /** Whether another try of the flow may come, and use what this step turns out to have done. */
  mayUseLater({ scope }: Step): boolean {
    return scope.epoch <= this.program.retries;
  }

  goesBy(behaviour: Behaviour): boolean {
    return this.behaviours.includes(behaviour);
  }

  emit(decision: DecisionEvent): void {
    // After a mismatch nothing further is compared or kept: the first difference is the one to show.
    if (this.violation) return;
    try {
      this.journal.emit(decision);
    } catch (error) {
      if (!(error instanceof HaltingError)) throw error;
      this.violate(error);
    }
  }

  /** Stops the run: it waits for a person. */
  violate(error: HaltingError): void {
    this.violation ??= error;
  }

  setTimer(
    timerId: string,
    kind: TimerKind,
    step: number,
    delayMs: number,
    due: () => void,
    asked: { readonly seconds?: number } = {},
  ): Millis {
    const dueAt = (this.now + delayMs) as Millis;
    this.timers.set(timerId, { dueAt, due });
    // Dropped and set again within one activation.
    this.obsolete.delete(timerId);
    this.emit({ type: 'TimerScheduled', timerId, kind, step, dueAt, ...asked });
    return dueAt;
  }

  /** Does what a timer was set for; nothing where it was dropped or has fired. */
  fire(timerId: string): void {
    const timer = this.timers.get(timerId);
    this.timers.delete(timerId);
    timer?.due();
  }

  /** Whether something still waits for a timer that was set. */
  waitsFor(timerId: string): boolean {
    return this.timers.has(timerId);
  }

  /** Whether a timer that was set rings by then. */
  ringsBy(time: Millis): boolean {
    for (const { dueAt } of this.timers.values()) if (dueAt <= time) return true;
    return false;
  }

  /** The timer is of no use any more. */
  dropTimer(timerId: string): void {
    if (this.timers.delete(timerId)) this.obsolete.add(timerId);
  }

  dropTimers(): void {
    this.timers.clear();
  }

  /** Hands over the timers that were dropped: the clock need not ring for them. */
  takeObsolete(): readonly string[] {
    if (this.obsolete.size === 0) return NONE;
    const obsolete = [...this.obsolete];
    this.obsolete.clear();
    return obsolete;
  }

  /** Why no further step may be taken, if so. */
  get full(): FlowTooLongError | undefined {
    return this.steps.count >= MOST_STEPS ? new FlowTooLongError(this.program.name, MOST_STEPS) : undefined;
  }
}
