import type { DecisionEvent, TaskRunId } from '#libs/run-log';
import { CancelledError } from './stop-reasons.js';
import type { Stop } from './stop.js';

/** Cancels are remembered for work that is still queued; the oldest are forgotten first. */
const REMEMBERED = 50_000;

/** Follows what was called off: stops what runs, and knows what is not to be begun. */
export class Cancellations {
  private readonly reasons = new Map<TaskRunId, string>();
  private readonly running = new Map<TaskRunId, Stop>();

  note(event: DecisionEvent): void {
    if (event.type !== 'TasksCancelled') return;
    for (const id of event.taskRunIds) {
      this.reasons.set(id, event.reason);
      this.running.get(id)?.abort(new CancelledError(event.reason));
    }
    for (const id of this.reasons.keys()) {
      if (this.reasons.size <= REMEMBERED) break;
      this.reasons.delete(id);
    }
  }

  reasonFor(id: TaskRunId): string | undefined {
    return this.reasons.get(id);
  }

  /** Lets a cancel stop this execution; returns how to undo that. */
  attach(id: TaskRunId, stop: Stop): () => void {
    this.running.set(id, stop);
    return () => {
      if (this.running.get(id) === stop) this.running.delete(id);
    };
  }
}
