/**
 * What came of one page. Four that must stay apart, and the fifth for a page that never came:
 * `results`; `no_results`: the board answered and has nothing; `blocked`: it does not want us (403, a captcha,
 * robots.txt); `schema_changed`: it answered something that the parser does not know; `unreachable`: 404, 429,
 * 5xx, time-out, an endless redirect, too large.
 */
export const PageOutcome = {
  results: 'results',
  no_results: 'no_results',
  blocked: 'blocked',
  schema_changed: 'schema_changed',
  unreachable: 'unreachable',
} as const;
export type PageOutcome = (typeof PageOutcome)[keyof typeof PageOutcome];

/** Sorts an error's code into an outcome. */
export function outcomeOfError(code: string): PageOutcome {
  if (code === 'scraper/blocked' || code === 'scraper/robots-disallowed') return 'blocked';
  return code === 'scraper/schema-changed' ? 'schema_changed' : 'unreachable';
}

/** Tells whether a page was read, be it that it holds nothing. */
export const isRead = (outcome: PageOutcome): boolean => outcome === 'results' || outcome === 'no_results';
