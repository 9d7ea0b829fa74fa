import type { ErrorRecord, RunEvent, StoredInRun } from '#libs/run-log';
import { goesOn } from '#libs/run-records';

/** How a run has come to rest. A halted one waits for a person and may go on. */
export interface RunEnd {
  readonly status: 'completed' | 'failed' | 'cancelled' | 'halted';
  readonly result?: unknown;
  readonly error: Pick<ErrorRecord, 'code' | 'message' | 'disposition'> | null;
  /** The run that goes on with its work, and whose result is its own. */
  readonly continuedBy?: string;
}

/**
 * Tells how a run has ended; undefined while it goes on. It goes on after a halt as soon as somebody has asked for it:
 * whoever follows it from then on waits for what comes of that. A paused run has not come to rest; it is held.
 */
export function endOf(events: readonly StoredInRun<RunEvent>[]): RunEnd | undefined {
  let end: RunEnd | undefined;
  for (const { event } of events) {
    if (endsBy(event)) end = endsBy(event);
    else if (end?.status === 'halted' && (goesOn(event) || event.type === 'ResumeRequested')) end = undefined;
  }
  return end;
}

/** Tells how a run ends by an event; undefined where the event ends nothing. */
export function endsBy(event: RunEvent): RunEnd | undefined {
  switch (event.type) {
    case 'FlowCompleted':
      return { status: 'completed', result: event.result ?? null, error: null };
    case 'FlowContinued':
      return { status: 'completed', result: null, error: null, continuedBy: event.nextRunId };
    case 'FlowFailed':
      return { status: 'failed', error: brief(event.error) };
    case 'RunHalted':
      return { status: 'halted', error: brief(event.error) };
    case 'FlowCancelled':
      return { status: 'cancelled', error: event.reason ? cancelledFor(event.reason) : null };
    default:
      return undefined;
  }
}

const cancelledFor = (message: string): NonNullable<RunEnd['error']> => ({
  code: 'flow/cancelled',
  message,
  disposition: 'terminal',
});

const brief = ({ code, message, disposition }: ErrorRecord): NonNullable<RunEnd['error']> => ({
  code,
  message,
  disposition,
});
