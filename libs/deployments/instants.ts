import { cronInstants } from './cron.js';
import { intervalInstants } from './interval.js';
import type { Instants, Schedule } from './schedule.js';

/** Schedules are few and deployments many: those that share one share its arithmetic. */
const READ_AT_MOST = 1_000;
const read = new Map<string, Instants>();

/** Reads a schedule. Throws InvalidDeploymentError, which names the field. */
export function instantsOf(schedule: Schedule): Instants {
  const key =
    'cron' in schedule
      ? `c ${schedule.timeZone ?? 'UTC'} ${schedule.cron}`
      : `i ${schedule.intervalSeconds} ${schedule.anchor ?? ''}`;
  const known = read.get(key);
  if (known) return known;
  const instants = remembering('cron' in schedule ? cronInstants(schedule) : intervalInstants(schedule));
  if (read.size >= READ_AT_MOST) read.delete(read.keys().next().value!);
  read.set(key, instants);
  return instants;
}

/** Lists the next instants after one. */
export function nextOf(instants: Instants, after: number, count: number): number[] {
  const found: number[] = [];
  for (let at: number | undefined = after; found.length < count; found.push(at)) {
    at = instants.next(at);
    if (at === undefined) break;
  }
  return found;
}

/** What is due: the last instants of a stretch of time, and whether there were more before them. */
export interface Due {
  /** In order. */
  readonly instants: readonly number[];
  readonly more: boolean;
}

/** Finds the instants after `settled` up to and with `now`, the last `limit` of them. */
export function dueBy(instants: Instants, settled: number, now: number, limit: number): Due {
  const found: number[] = [];
  for (let at = instants.next(settled); at !== undefined && at <= now; at = instants.next(at)) {
    found.push(at);
    if (found.length > limit) return { instants: lastOf(instants, settled, now, limit), more: true };
  }
  return { instants: found, more: false };
}

/** Goes back from the end by halving, for the way forward may be years of minutes. */
function lastOf(instants: Instants, settled: number, now: number, limit: number): number[] {
  const found: number[] = [];
  for (let end = now; found.length < limit; end = found[0]! - 1) {
    let low = settled; // next(low) <= end
    let high = end; // next(high) > end
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((instants.next(middle) ?? Infinity) <= end) low = middle;
      else high = middle;
    }
    found.unshift(instants.next(low)!);
  }
  return found;
}

/** Ten thousand deployments at one instant ask the same question. */
function remembering(instants: Instants): Instants {
  let asked: number | undefined;
  let answer: number | undefined;
  return {
    next: (after) => {
      if (asked !== after) {
        answer = instants.next(after);
        asked = after;
      }
      return answer;
    },
  };
}
