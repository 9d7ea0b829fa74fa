import { RetryableError } from '#libs/operations';
import type { ScrapedPage } from '#libs/contracts';
import { isRead } from '../sources/page-outcome.js';
import { isRetryable, waitAskedBy } from '../sources/visit.js';
import type { Visit, VisitedPage } from '../sources/visit.js';

const MOST_REASONS = 5;

/** Nothing could be read just now, and asking again later may help. */
export class SourceUnavailableError extends RetryableError {
  constructor(
    readonly source: string,
    readonly pages: readonly VisitedPage[],
  ) {
    const waits = pages.flatMap((page) => waitAskedBy(page) ?? []);
    // What a second try may cure comes first; what else went wrong is not to be lost over it.
    const errors = [...pages].sort(retryableFirst).flatMap(({ error }) => error ?? []);
    const more = errors.length > MOST_REASONS ? `; and ${errors.length - MOST_REASONS} more` : '';
    const reasons = errors.slice(0, MOST_REASONS).map(({ message }) => message);
    super(
      'scraper/source-unavailable',
      `${source} could not be read: ${reasons.join('; ')}${more}`,
      waits.length > 0 ? Math.max(...waits) : undefined,
      { cause: errors[0] },
    );
  }
}

const retryableFirst = (a: VisitedPage, b: VisitedPage): number =>
  Number(isRetryable(b)) - Number(isRetryable(a));

/** How a search came out as a whole: any page that was read makes it a success. */
export type Verdict =
  | { readonly kind: 'read' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'retry'; readonly error: SourceUnavailableError };

export function verdictOn(source: string, pages: readonly VisitedPage[]): Verdict {
  const failed = pages.filter(({ outcome }) => !isRead(outcome));
  if (failed.length === 0 || failed.length < pages.length) return { kind: 'read' };
  if (failed.some(isRetryable)) return { kind: 'retry', error: new SourceUnavailableError(source, failed) };
  const message = failed.map(({ outcome, error }) => `${outcome}: ${error?.message ?? ''}`).join('; ');
  return { kind: 'failed', message: `${source} gave nothing to read (${message})` };
}

/** Shows a visit in an operation's answer. */
export function pageReport({ page, postings }: Visit, pageId: string | null): ScrapedPage {
  return {
    pageId,
    url: page.url,
    kind: page.kind,
    outcome: page.outcome,
    found: postings.length,
    status: page.status,
    message: page.error?.message ?? null,
    retryable: isRetryable(page),
    retryAfterMs: waitAskedBy(page) ?? null,
  };
}

/** Says what an answer's other fields do not; null where there is nothing to say. */
export function messageOf(
  verdict: Verdict,
  search: {
    readonly dryRun: boolean;
    readonly pages: number;
    readonly outOfTime: boolean;
    /** Postings beyond the limit. */
    readonly leftOut: number;
  },
): string | null {
  if (verdict.kind === 'failed') return verdict.message;
  const said: string[] = [];
  if (search.dryRun)
    said.push(
      search.pages === 0
        ? 'dry run: the source was not asked'
        : 'dry run: saved pages were read, nothing was kept',
    );
  else if (search.outOfTime)
    said.push('the time was up before the search was through; what was found by then is kept');
  if (search.leftOut > 0) said.push(`${search.leftOut} more were found than the limit allows`);
  return said.length > 0 ? said.join('; ') : null;
}
