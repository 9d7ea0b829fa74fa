const UNITS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
const DURATION = /^(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m(?:in)?)?\s*(?:(\d+)s)?$/;

/** Reads how people write a span of time, `6h`, `90s` or `1d 12h`, as seconds; undefined for anything else. */
export function readEvery(text: string): number | undefined {
  const found = DURATION.exec(text.trim());
  if (text.trim() === '' || !found) return undefined;
  const [, days, hours, minutes, seconds] = found;
  const of = (count: string | undefined, unit: keyof typeof UNITS): number =>
    Number(count ?? 0) * UNITS[unit];
  return of(days, 'd') + of(hours, 'h') + of(minutes, 'm') + of(seconds, 's');
}
