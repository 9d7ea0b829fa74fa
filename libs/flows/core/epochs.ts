import type { RunState } from './run-state.js';
import { Scope } from './scope.js';

/** Which code of a run may still decide: that of the present epoch, or what the engine does at the run's end. */
export class Epochs {
  private epoch = 0;
  private isOpen = false;
  /** The scope of the code that runs now: a flow's, or its hook's. */
  private root = new Scope(0);

  constructor(private readonly run: RunState) {}

  /** Number of the present epoch, from 1. */
  get present(): number {
    return this.epoch;
  }

  /** Whether code runs; between two epochs none does. */
  get open(): boolean {
    return this.isOpen;
  }

  /** The timer that the next epoch may wait for. */
  get retryTimer(): string {
    return `flow-retry-${this.epoch + 1}`;
  }

  /** Whether the code of this scope may still decide. */
  isCurrent(scope: Scope): boolean {
    return scope.epoch === this.epoch && !scope.closed && !this.run.ended && !this.run.violation;
  }

  /** Begins the next epoch. Returns the scope of its code. */
  begin(): Scope {
    this.root = new Scope(++this.epoch);
    this.isOpen = true;
    return this.root;
  }

  /** The epoch has ended: what its code still asks for gets no answer. */
  close(): void {
    this.isOpen = false;
    this.root.close();
  }

  /** From here on only the engine and the hook are answered, in the scope that is returned. */
  handOver(): Scope {
    this.root.close();
    this.root = new Scope(this.epoch, true);
    this.isOpen = true;
    return this.root;
  }
}
