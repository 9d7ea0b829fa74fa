import type { DecisionEvent, LogEntry } from '#libs/run-log';
import type { Closing } from './closing.js';
import type { Contexts } from './contexts.js';
import type { Epochs } from './epochs.js';
import { HaltingError, toErrorRecord } from './errors.js';
import type { Hold } from './hold.js';
import type { RunEnd } from './program.js';
import type { RunState } from './run-state.js';
import { isCompensable, type Saga } from './saga.js';
import type { Scope } from './scope.js';

type End = Extract<
  DecisionEvent,
  { type: 'FlowCompleted' | 'FlowFailed' | 'FlowCancelled' | 'FlowContinued' }
>;

/** What the end of a run goes through. */
export interface EndingParts {
  readonly epochs: Epochs;
  readonly hold: Hold;
  readonly closing: Closing;
  readonly saga: Saga;
  readonly contexts: Contexts;
  write(level: LogEntry['level'], message: string): void;
}

/** What follows once the code of a run has come to its end, and is the engine's: compensations, hook, end. */
export class Ending {
  private winding = false;
  /** Values to keep should the run complete. */
  private readonly state = new Map<string, unknown>();

  constructor(
    private readonly run: RunState,
    private readonly parts: EndingParts,
  ) {}

  /** Whether the code has come to its end. */
  get hasBegun(): boolean {
    return this.winding;
  }

  /** Keeps a value should the run complete. */
  keep(name: string, value: unknown): void {
    this.state.set(name, value);
  }

  /** What an epoch wanted to keep goes with it. */
  forget(): void {
    this.state.clear();
  }

  /** Values to keep now that the run has come to a good end; a dry run keeps none. */
  kept(): { readonly state?: Readonly<Record<string, unknown>> } {
    const dryRun = this.run.start!.flags.dryRun ?? false;
    return this.state.size === 0 || dryRun ? {} : { state: Object.fromEntries(this.state) };
  }

  /** The code has come to its end: undoes what is to be undone, runs the hook, and ends the run. */
  wind(end: RunEnd, cause?: Error): void {
    const { closing, epochs } = this.parts;
    this.winding = true;
    // A hook, and what undoes, are of this end alone.
    this.run.steps.forget();
    closing.forgetQuiet();
    this.run.dropTimer('clean-up');
    this.run.dropTimer(epochs.retryTimer);
    const undo = end.status !== 'completed';
    const undoable = undo && this.run.steps.taken.some(isCompensable);
    const over = !this.run.program.hook && !undoable;
    const undone = undo ? { keep: isCompensable, provisional: isCompensable } : {};
    closing.close(whyClosed(end), { ...undone, said: over });
    if (over) return this.conclude(end);

    // What the code has left running is answered no more.
    const own = epochs.handOver();
    closing.whenQuiet(() => void this.undoAndTell(own, end, cause));
  }

  /** Ends the run. */
  end(decision: End, reason: string): void {
    const { closing, hold } = this.parts;
    hold.lift();
    closing.close(reason, { said: true });
    this.run.emit(decision);
    this.run.ended = true;
    this.run.dropTimers();
  }

  private async undoAndTell(own: Scope, end: RunEnd, cause: Error | undefined): Promise<void> {
    const { contexts, epochs, saga } = this.parts;
    let last = end;
    if (end.status !== 'completed') {
      const failed = await saga.undo(own, cause);
      if (failed) last = { status: 'failed', error: toErrorRecord(failed) };
    }
    try {
      await this.run.program.hook?.(last, contexts.of(own));
    } catch (error) {
      if (error instanceof HaltingError) return this.run.violate(error);
      this.parts.write('error', `the hook of the flow failed: ${toErrorRecord(error).message}`);
    }
    if (epochs.isCurrent(own)) this.conclude(last);
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
}

const whyClosed = (end: RunEnd): string =>
  end.status === 'completed'
    ? 'the flow has ended'
    : end.status === 'failed'
      ? 'the flow has failed'
      : 'the run was cancelled';
