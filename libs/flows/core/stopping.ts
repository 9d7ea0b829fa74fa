import type { Trigger } from '#libs/run-log';
import { Behaviour } from './behaviours.js';
import type { Closing } from './closing.js';
import type { Ending } from './ending.js';
import type { Epochs } from './epochs.js';
import { FlowCancelledError, toErrorRecord, type FlowTimeoutError } from './errors.js';
import type { Hold } from './hold.js';
import type { RunEnd } from './program.js';
import type { RunState } from './run-state.js';
import { isCompensable } from './saga.js';
import type { Step } from './step-book.js';

/** What tells a run to end, beside its own code. */
type Stop =
  | { readonly cause: 'cancel'; readonly reason?: string; readonly error: Error }
  | { readonly cause: 'timeout'; readonly error: Error };

/** What is said to the code of a run that is to end, by a cancel or a time-out; it may clean up, but not for ever. */
export class Stopping {
  private stop: Stop | undefined;
  private readonly cancelsHeard = new Set<string>();
  /** By a person. */
  private cancelSaid = false;
  private cancelTold = false;
  private cleaningUp = false;

  constructor(
    private readonly run: RunState,
    private readonly epochs: Epochs,
    private readonly hold: Hold,
    private readonly closing: Closing,
    private readonly ending: Ending,
  ) {}

  /** Whether the code was told to end. */
  get isTold(): boolean {
    return this.stop !== undefined;
  }

  /** Why nothing more is done but for cleaning up, if so. */
  get error(): Error | undefined {
    return this.stop?.error;
  }

  takeCancel({ id, reason, by }: Extract<Trigger, { type: 'CancelRequested' }>): void {
    if (id !== undefined && this.cancelsHeard.has(id)) return;
    if (id !== undefined) this.cancelsHeard.add(id);
    const said = reason ? { reason } : {};
    const person = by === undefined;
    // Said again by a person, it is meant: whatever cleans up or undoes is given up too.
    if ((person && this.cancelSaid) || !this.run.goesBy(Behaviour.endsInOrder)) {
      return this.ending.end({ type: 'FlowCancelled', ...said }, 'the run was cancelled');
    }
    this.cancelSaid ||= person;
    if (this.cancelTold) return;
    this.cancelTold = true;
    this.tell({ cause: 'cancel', ...said, error: new FlowCancelledError(reason) });
  }

  takeTimeout(error: FlowTimeoutError): void {
    this.tell({ cause: 'timeout', error });
  }

  /** Ends the run, whose code has been told to end and has come to its end. */
  wind(): void {
    if (this.stop) this.ending.wind(endOf(this.stop), this.stop.error);
  }

  /** Code that was told to end and has not done so by the time it next waits may not take for ever. */
  boundCleanUp(): void {
    if (!this.stop || this.ending.hasBegun || this.run.ended || this.cleaningUp) return;
    this.cleaningUp = true;
    this.run.setTimer('clean-up', 'clean-up', 0, this.run.program.cleanUpSeconds * 1_000, () => {
      if (!this.ending.hasBegun) this.wind();
    });
  }

  /** Tells the code to end: what it waits for is rejected, and it may clean up. */
  private tell(stop: Stop): void {
    if (!this.run.goesBy(Behaviour.endsInOrder)) {
      return this.ending.end({ type: 'FlowFailed', error: toErrorRecord(stop.error) }, 'the flow timed out');
    }
    const ending = this.stop !== undefined || this.ending.hasBegun;
    if (ending && stop.cause === 'timeout') return;
    const said = stop.cause === 'cancel' && stop.reason ? { reason: stop.reason } : {};
    const spared = this.run.steps.open.filter(
      (step) => step.state === 'waiting' && (ending || cleansUp(step)),
    );
    const spares = spared.length > 0 ? { spares: spared.map((step) => step.number) } : {};
    this.run.emit({ type: 'FlowCancelling', cause: stop.cause, ...said, ...spares });
    this.hold.liftPause();
    // What cleans up or undoes already goes on until it is done, or the cancel is said again.
    if (ending) return;

    this.stop = stop;
    // A word on what is not known is asked for again, should it be needed.
    this.hold.lift();
    const rejects = this.run.steps.open.filter(
      (step) => step.state !== 'awaited' && !step.unawaited && !cleansUp(step),
    );
    this.closing.close(stop.error.message, {
      keep: isCompensable,
      provisional: isCompensable,
      spare: cleansUp,
      said: true,
    });
    if (!this.epochs.open) return this.wind();
    for (const step of rejects) step.waiter.reject(stop.error);
  }
}

/** Asked for in a shielded context: it goes on when the run is told to end. */
const cleansUp = ({ scope, state }: Step): boolean => scope.shielded && state !== 'ambiguous';

const endOf = (stop: Stop): RunEnd =>
  stop.cause === 'cancel'
    ? { status: 'cancelled', ...(stop.reason ? { reason: stop.reason } : {}) }
    : { status: 'failed', error: toErrorRecord(stop.error) };
