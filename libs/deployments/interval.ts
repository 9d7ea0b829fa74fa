import { InvalidDeploymentError } from './errors.js';
import type { IntervalSchedule, Instants } from './schedule.js';

const LONGEST_SECONDS = 366 * 86_400;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads an interval. Throws InvalidDeploymentError. */
export function intervalInstants({ intervalSeconds, anchor }: IntervalSchedule): Instants {
  if (!Number.isInteger(intervalSeconds) || intervalSeconds < 1 || intervalSeconds > LONGEST_SECONDS)
    throw refused(
      'schedule.intervalSeconds',
      intervalSeconds,
      `expected whole seconds, 1 to ${LONGEST_SECONDS}`,
    );
  const from = anchor === undefined ? 0 : INSTANT.test(anchor) ? Date.parse(anchor) : Number.NaN;
  if (Number.isNaN(from))
    throw refused('schedule.anchor', anchor, 'expected an ISO instant such as 2026-01-01T00:00:00Z');
  const period = intervalSeconds * 1_000;
  return { next: (after) => from + (Math.floor((after - from) / period) + 1) * period };
}

const refused = (field: string, value: unknown, message: string): InvalidDeploymentError =>
  new InvalidDeploymentError(`${field} ${JSON.stringify(value)} was refused: ${message}`, [
    { field, value, message },
  ]);
