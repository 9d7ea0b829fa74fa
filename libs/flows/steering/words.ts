import type { RunEndView } from './run-view.js';

/** Writes a time for people to read. */
export const instant = (at: number): string => new Date(at).toISOString();

export const namesOf = (names: readonly string[]): string => names.join(', ') || 'none';

/** Says how and when a run has ended. */
export function endInWords(end: RunEndView): string {
  const at = instant(end.at);
  switch (end.status) {
    case 'completed':
      return `it completed at ${at}`;
    case 'failed':
      return `it failed at ${at}: ${end.error.message}`;
    case 'cancelled':
      return `it was cancelled at ${at}${end.reason ? `: ${end.reason}` : ''}`;
    case 'continued':
      return `it ended at ${at} and goes on as run ${end.nextRunId}`;
  }
}
