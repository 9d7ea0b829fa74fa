import { PlatformError } from '../errors.js';
import type { HeaderRecord } from '../headers.js';
import type { Millis } from '../ids.js';
import { parseSubject } from '../subjects.js';

/** Headers of the broker that make a message a schedule; nothing else writes them. Source: NATS ADR-51. */
const SCHEDULE = 'Nats-Schedule';
const TARGET = 'Nats-Schedule-Target';
/** A schedule takes the place of the one before on its subject. */
const ROLLUP = 'Nats-Rollup';

/** A message was to be published later where only those who own a run may write. */
export class ScheduleTargetError extends PlatformError {
  readonly code = 'run-log/schedule-target';
  readonly disposition = 'terminal';
  constructor(readonly target: string) {
    super(
      `a schedule aims at ${JSON.stringify(target)}: expected a request of a run, for what the broker publishes at its time passes no fence`,
    );
  }
}

/**
 * Makes the headers by which the broker holds a message back and publishes it under `target` at `dueAt`, in
 * milliseconds since the epoch. Throws ScheduleTargetError unless that is a request: decisions, facts and outcomes are
 * not to be had from a clock.
 */
export function scheduleHeaders(target: string, dueAt: Millis): HeaderRecord {
  if (parseSubject(target)?.kind !== 'request') throw new ScheduleTargetError(target);
  return { [SCHEDULE]: `@at ${new Date(dueAt).toISOString()}`, [TARGET]: target, [ROLLUP]: 'sub' };
}
