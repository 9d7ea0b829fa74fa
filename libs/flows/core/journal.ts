import type { DecisionEvent } from '#libs/run-log';
import { describeDecision } from './describe-decision.js';
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
    this.recorded = recorded.filter((event) => !isOfTheShell(event));
  }

  /** True while the code goes over decisions that the log holds. */
  get replaying(): boolean {
    return this.cursor < this.recorded.length;
  }

  /** The decision that the log holds next. */
  get next(): DecisionEvent | undefined {
    return this.recorded[this.cursor];
  }

  /** Takes a decision: matched with the log's next one, or new. Throws NonDeterminismError on a mismatch. */
  emit(asked: DecisionEvent): void {
    const held = this.next;
    if (!held) {
      this.fresh.push(asked);
      return;
    }
    const holds = describeDecision(held);
    const asks = describeDecision(asked);
    if (holds !== asks) throw this.differs(holds, asks);
    this.cursor++;
  }

  /** Hands over the decisions that the log does not hold yet. */
  takeFresh(): readonly DecisionEvent[] {
    const fresh = this.fresh;
    this.fresh = [];
    return fresh;
  }

  /** Throws NonDeterminismError when the log holds decisions that the code, fed everything, never asked for. */
  assertExhausted(): void {
    if (this.next) throw this.differs(describeDecision(this.next), 'nothing more');
  }

  private differs(holds: string, asks: string): NonDeterminismError {
    const before = this.recorded.slice(Math.max(0, this.cursor - 3), this.cursor).map(describeDecision);
    const after = this.recorded.slice(this.cursor + 1, this.cursor + 3).map(describeDecision);
    return new NonDeterminismError(this.cursor + 1, holds, asks, before, after);
  }
}

/** Said by the shell about the run, not by the flow's code: nothing in the code answers to it. */
function isOfTheShell(event: DecisionEvent): boolean {
  switch (event.type) {
    case 'RunParked':
      return true;
    case 'RunHalted':
      return event.reason !== 'ambiguous';
    case 'RunResumed':
      return event.after === 'halt';
    default:
      return false;
  }
}
