import { UsageError } from '../terminal/cli-error.js';

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Reads `1h`, `30m`, `7d` (before `now`, in ms) or an ISO 8601 instant; gives ISO 8601. */
export function readSince(text: string, now: number): string {
  const span = /^(\d{1,6})\s*([smhdw])$/i.exec(text.trim());
  if (span !== null) {
    const [, amount = '', unit = ''] = span;
    return new Date(now - Number(amount) * (UNITS[unit.toLowerCase()] ?? 0)).toISOString();
  }
  const at = readInstant(text);
  if (at === undefined)
    throw new UsageError(
      `--since ${text}: expected a span such as 30m, 1h or 7d, or an instant such as 2026-11-21T09:00:00Z`,
    );
  return at;
}

/** Reads a day or an instant in ISO 8601, and gives the instant; undefined where it is neither. */
export function readInstant(text: string): string | undefined {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(NaN);
  return Number.isNaN(at.getTime()) || !isRealDay(text) ? undefined : at.toISOString();
}

// Date takes 2026-02-31 for a day in March.
function isRealDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
