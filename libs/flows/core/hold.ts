import type { Outcome, Resolution, StreamSeq, TaskRunId, Trigger } from '#libs/run-log';
import { Behaviour } from './behaviours.js';
import { AmbiguousOutcomeError, toErrorRecord } from './errors.js';
import type { Fed } from './fed.js';
import type { Signal } from './mailbox.js';
import type { RunState } from './run-state.js';
import type { Step } from './step-book.js';
import { isUnparking } from './unparking.js';

/** Why a run stands still, by a pause or for a person's word, and the triggers that are put aside meanwhile. */
export class Hold {
  private why: 'pause' | 'ambiguous' | undefined;
  private readonly aside: Fed[] = [];

  constructor(private readonly run: RunState) {}

  /** Whether triggers are put aside until a person lets the run go on. */
  get isOn(): boolean {
    return this.why !== undefined;
  }

  /** Puts a trigger aside while the run is held. Returns false where it is to be taken now. */
  putAside(fed: Fed): boolean {
    if (this.why === undefined || passesHold(fed.event)) return false;
    this.aside.push(fed);
    return true;
  }

  /** Takes the oldest of what was put aside, once the run is held no more. */
  next(): Fed | undefined {
    return this.why === undefined ? this.aside.shift() : undefined;
  }

  /** Up to here triggers were taken into account; what was put aside comes later. */
  get takenUpTo(): StreamSeq {
    const [next] = this.aside;
    return next ? ((next.seq - 1) as StreamSeq) : this.run.fedSeq;
  }

  /** Signals among what was put aside. */
  get signalsAside(): readonly Signal[] {
    return this.aside.flatMap(({ event }) => (event.type === 'SignalSent' ? [event] : []));
  }

  /** How the step's attempt ended while the run was held, which it takes note of when it goes on. */
  outcomeAside({ task, attempt }: Step): Outcome | undefined {
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

  /** Nobody knows whether a task took effect: the run waits for a person's word. */
  halt(step: Step): void {
    const error = new AmbiguousOutcomeError(step.name, step.number, step.unknown!);
    const inDoubt = this.run.steps.open.filter(({ state }) => state === 'ambiguous');
    this.run.emit({
      type: 'RunHalted',
      reason: 'ambiguous',
      error: { ...toErrorRecord(error), disposition: 'halt' },
      taskRunIds: inDoubt.map(({ task }) => task!.taskRunId),
    });
    this.why = 'ambiguous';
  }

  pause({ actor, reason }: Extract<Trigger, { type: 'PauseRequested' }>): void {
    if (this.why !== undefined) return;
    this.run.emit({ type: 'RunPaused', actor, ...(reason ? { reason } : {}) });
    this.why = 'pause';
  }

  /** Lets the run go on, and returns what was said of tasks in doubt; undefined where it stays as it is. */
  resume(event: Extract<Trigger, { type: 'ResumeRequested' }>): readonly Resolution[] | undefined {
    if (this.why === undefined) return undefined;
    // It came late, for a run that was parked once: a person has paused it since, or is asked for a word.
    if (isUnparking(event) && this.run.goesBy(Behaviour.wordsAreOnDoubts)) return undefined;
    const { actor, resolutions = [] } = event;
    const said = new Set(resolutions.map(({ taskRunId }) => taskRunId));
    // Those that no code waits for are asked about in their turn.
    const needsWords = this.why === 'ambiguous' || !this.run.goesBy(Behaviour.wordsAreOnDoubts);
    const asked = needsWords ? this.run.steps.open.filter((step) => step.state === 'ambiguous') : [];
    if (asked.some((step) => !said.has(step.task!.taskRunId))) return undefined;
    const counted = this.run.goesBy(Behaviour.wordsAreOnDoubts)
      ? resolutions.filter(({ taskRunId }) => this.isInDoubt(taskRunId))
      : resolutions;
    const words = counted.length > 0 ? { resolutions: counted } : {};
    this.run.emit({ type: 'RunResumed', actor, after: this.why, ...words });
    this.why = undefined;
    return counted;
  }

  /** The run is held no more, whatever for. */
  lift(): void {
    this.why = undefined;
  }

  /** Lifts a pause; a word that is asked for is still needed. */
  liftPause(): void {
    if (this.why === 'pause') this.why = undefined;
  }

  /** Whether nobody knows if a task took effect, be it by an outcome that is put aside. */
  private isInDoubt(id: TaskRunId): boolean {
    const step = this.run.steps.find(id);
    if (!step) return false;
    // Where none was heard, an outcome may still come until the run stands still for a word.
    if (step.state === 'ambiguous') return step.attemptOver === true || this.why === 'ambiguous';
    if (step.calledOff || step.attemptOver) return false;
    const outcome = this.outcomeAside(step);
    return outcome?.status === 'failed' && outcome.error.disposition === 'halt';
  }
}

/** What is fed although the run is held: what a person says to the run itself. */
const passesHold = ({ type }: Trigger): boolean =>
  type === 'ResumeRequested' || type === 'CancelRequested' || type === 'PauseRequested';
