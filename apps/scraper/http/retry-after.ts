const DAY_MS = 86_400_000;

/**
 * Reads a Retry-After header: seconds, or an HTTP date compared with `now`. Gives milliseconds from 0 to a day;
 * undefined where the header is missing or means nothing. Source: RFC 9110, 10.2.3.
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), DAY_MS);
}
