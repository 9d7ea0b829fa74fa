import type { DecisionEvent } from '#libs/run-log';
import { NonDeterminismError } from './errors.js';

/**
 * The run's decisions as a sequence of their own.
 *
 * Owns the comparison of what the code asks for with what the log holds. Knows nothing of facts: where they lie
 * between the decisions does not matter.
 */
export class Journal {
  private readonly recorded: DecisionEvent[];
  private cursor = 0;
  private fresh: DecisionEvent[] = [];

  constructor(recorded: readonly DecisionEvent[]) {
    // Said by the shell about the run, not by the flow's code: nothing in the code answers to them.
    this.recorded = recorded.filter((event) => event.type !== 'RunHalted' && event.type !== 'RunParked');
  }

  /** True while the code goes over decisions that the log holds. */
  get replaying(): boolean {
    return this.cursor < this.recorded.length;
  }

  /** Takes a decision: matched with the log's next one, or new. Throws NonDeterminismError on a mismatch. */
  emit(asked: DecisionEvent): void {
    const held = this.recorded[this.cursor];
    if (!held) {
      this.fresh.push(asked);
      return;
    }
    this.cursor++;
    if (nameOf(held) !== nameOf(asked))
      throw new NonDeterminismError(this.cursor, nameOf(held), nameOf(asked));
  }

  /** Hands over the decisions that the log does not hold yet. */
  takeFresh(): readonly DecisionEvent[] {
    const fresh = this.fresh;
    this.fresh = [];
    return fresh;
  }

  /** Throws NonDeterminismError when the log holds decisions that the code, fed everything, never asked for. */
  assertExhausted(): void {
    const held = this.recorded[this.cursor];
    if (held) throw new NonDeterminismError(this.cursor + 1, nameOf(held), 'nothing more');
  }
}

/** What two decisions must share to be the same one, in words. */
function nameOf(event: DecisionEvent): string {
  switch (event.type) {
    case 'TaskScheduled':
      return `task ${event.task} (operation ${event.service}.${event.operation}, step ${event.step}, attempt ${event.attempt})`;
    case 'TimerScheduled':
      return `timer ${event.timerId} (${event.kind})`;
    case 'FlowStarted':
      return `the start of ${event.flow} version ${event.version}`;
    case 'FlowRetried':
      return `epoch ${event.epoch} of the flow`;
    case 'TasksCancelled':
      return `the cancellation of ${event.taskRunIds.join(', ')}`;
    case 'FlowCompleted':
      return 'the end of the flow with a result';
    case 'FlowFailed':
      return 'the end of the flow with an error';
    case 'FlowCancelled':
      return 'the end of the flow by cancellation';
    case 'RunHalted':
    case 'RunParked':
      return event.type;
  }
}
