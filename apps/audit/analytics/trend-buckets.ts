import { BadQueryError } from '../queries/errors.js';

const MOST_POINTS = 2_000;
const HOUR = 3_600_000;
const DEFAULT_SPAN = { hour: 24 * HOUR, day: 30 * 24 * HOUR };

/** The span of a trend: the last 24 hours or 30 days unless said otherwise. */
export function trendSpan(
  unit: 'hour' | 'day',
  from: string | undefined,
  to: string | undefined,
  now: number,
): { from: string; to: string } {
  const end = to ?? new Date(now + 1).toISOString();
  const begin = from ?? new Date(Date.parse(end) - DEFAULT_SPAN[unit]).toISOString();
  const points = (Date.parse(end) - Date.parse(begin)) / (unit === 'hour' ? HOUR : 24 * HOUR);
  if (points > MOST_POINTS)
    throw new BadQueryError('from', from, `must be at most ${MOST_POINTS} ${unit}s before the end`);
  return { from: begin, to: end };
}

/** Throws BadQueryError for a name that is no time zone. */
export function checkTimeZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    throw new BadQueryError('timeZone', timeZone, 'must be the name of a time zone, such as Europe/Berlin');
  }
}
