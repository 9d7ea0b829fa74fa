import { PlatformError } from '#libs/run-log';
import { RetryableError } from '#libs/operations';
import { ACCEPT_HTML, ACCEPT_JSON, ACCEPT_XML } from '../http/http-client.js';
import type { HttpClient } from '../http/http-client.js';
import { outcomeOfError } from './page-outcome.js';
import type { PageOutcome } from './page-outcome.js';
import type { ItemFault, Parsed } from './parsed.js';
import type { Posting } from './posting.js';
import type { SavedPage } from './saved-page.js';

/** One page that was looked at, and what came of it. */
export interface VisitedPage {
  /** Its address, or `saved:<label>` for a saved page without one. */
  readonly url: string;
  readonly kind: 'list' | 'detail' | 'saved';
  /** The employer's board that it belongs to, where the source asks one board after another. */
  readonly board?: string;
  readonly outcome: PageOutcome;
  /** Null where no answer came, and for saved pages. */
  readonly status: number | null;
  readonly bytes: number;
  readonly fetchedAt: Date;
  /** Null where there is none to keep. */
  readonly body: string | null;
  /** Set unless the outcome is results or no_results. */
  readonly error: PlatformError | null;
}

export interface Visit {
  readonly page: VisitedPage;
  readonly postings: readonly Posting[];
  readonly faults: readonly ItemFault[];
}

export interface PageRequest {
  readonly url: string;
  readonly kind: 'list' | 'detail';
  readonly accept: 'json' | 'html' | 'xml';
  readonly headers?: Readonly<Record<string, string>>;
  readonly board?: string;
}

const ACCEPTS = { json: ACCEPT_JSON, html: ACCEPT_HTML, xml: ACCEPT_XML } as const;

/**
 * Fetches and parses one page. `parse` gets the text and the page's final address. Whatever goes wrong becomes
 * the page's outcome; throws only the signal's reason, and errors that are bugs.
 */
export async function visitPage(
  http: HttpClient,
  { url, kind, accept, headers, board }: PageRequest,
  signal: AbortSignal,
  parse: (text: string, url: string) => Parsed,
): Promise<Visit> {
  const failed = (error: unknown, page: Partial<VisitedPage> = {}): Visit => {
    signal.throwIfAborted();
    if (!(error instanceof PlatformError)) throw error;
    const status = 'status' in error && typeof error.status === 'number' ? error.status : null;
    const blank = { url, kind, board, status, bytes: 0, fetchedAt: new Date(), body: null };
    return {
      page: { ...blank, ...page, outcome: outcomeOfError(error.code), error },
      postings: [],
      faults: [],
    };
  };

  let answer;
  try {
    answer = await http.get(url, { accept: ACCEPTS[accept], headers, signal });
  } catch (error) {
    return failed(error);
  }
  const { status, bytes, fetchedAt, text } = answer;
  const page = { url, kind, board, status, bytes, fetchedAt, body: text };
  try {
    return visited(page, parse(text, answer.url));
  } catch (error) {
    return failed(error, page);
  }
}

/** Parses a page that the person saved. */
export function visitSaved(saved: SavedPage, parse: (text: string, url: string | null) => Parsed): Visit {
  const page = {
    url: saved.url ?? `saved:${saved.label}`,
    kind: 'saved' as const,
    status: null,
    bytes: Buffer.byteLength(saved.html),
    fetchedAt: new Date(),
    body: saved.html,
  };
  try {
    return visited(page, parse(saved.html, saved.url ?? null));
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return { page: { ...page, outcome: outcomeOfError(error.code), error }, postings: [], faults: [] };
  }
}

function visited(page: Omit<VisitedPage, 'outcome' | 'error'>, { postings, faults }: Parsed): Visit {
  const outcome = postings.length > 0 ? 'results' : 'no_results';
  return { page: { ...page, outcome, error: null }, postings, faults };
}

/** Tells whether asking again later may help. */
export const isRetryable = (page: VisitedPage): boolean => page.error?.disposition === 'retry';

/** How long the board asked us to wait, in milliseconds. */
export const waitAskedBy = (page: VisitedPage): number | undefined =>
  page.error instanceof RetryableError ? page.error.retryAfterMs : undefined;
