import type { ErrorRecord, RunEvent, StoredInRun } from '#libs/run-log';

/** How a run has come to rest. A halted one waits for a person and may go on. */
export interface RunEnd {
  readonly status: 'completed' | 'failed' | 'cancelled' | 'halted';
  readonly result?: unknown;
  readonly error: Pick<ErrorRecord, 'code' | 'message' | 'disposition'> | null;
}

/** Tells how a run has ended; undefined while it goes on. A decision after a halt means that it goes on. */
export function endOf(events: readonly StoredInRun<RunEvent>[]): RunEnd | undefined {
  let end: RunEnd | undefined;
  for (const { event } of events) {
    if (endsBy(event)) end = endsBy(event);
    else if (end?.status === 'halted' && goesOn(event)) end = undefined;
  }
  return end;
}

/** Tells how a run ends by an event; undefined where the event ends nothing. */
export function endsBy(event: RunEvent): RunEnd | undefined {
  if (event.type === 'FlowCompleted')
    return { status: 'completed', result: event.result ?? null, error: null };
  if (event.type === 'FlowFailed') return { status: 'failed', error: brief(event.error) };
  if (event.type === 'RunHalted') return { status: 'halted', error: brief(event.error) };
  if (event.type !== 'FlowCancelled') return undefined;
  return {
    status: 'cancelled',
    error: event.reason ? { code: 'flow/cancelled', message: event.reason, disposition: 'terminal' } : null,
  };
}

const goesOn = ({ type }: RunEvent): boolean =>
  type === 'FlowStarted' || type === 'TaskScheduled' || type === 'TimerScheduled' || type === 'FlowRetried';

const brief = ({ code, message, disposition }: ErrorRecord): NonNullable<RunEnd['error']> => ({
  code,
  message,
  disposition,
});
