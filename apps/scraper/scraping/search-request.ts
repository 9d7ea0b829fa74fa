import type { ScrapeInput } from '#libs/contracts';
import { TerminalError } from '#libs/operations';
import type { HttpClient } from '../http/http-client.js';
import type { SearchRequest, Source, SourceInput, WatchedBoard } from '../sources/source.js';

/** Turns an operation's input into a search. Throws where the source does not take it, or is off. */
export function searchRequest(
  source: Source,
  input: ScrapeInput,
  watched: readonly WatchedBoard[],
  http: HttpClient | null,
  signal: AbortSignal,
): SearchRequest {
  const { query, urls = [], savedPages = [], limit, fetchDetails } = input;
  const brought: readonly (readonly [SourceInput, number])[] = [
    ['urls', urls.length],
    ['savedPages', savedPages.length],
  ];
  for (const [field, count] of brought)
    if (count > 0 && !source.takes.includes(field))
      throw refused(field, `${source.name} reads no ${field}; it takes ${source.takes.join(', ')}`);
  if (!bringsPages({ urls, savedPages }) && source.offBecause !== null && watched.length === 0)
    throw refused('source', `${source.name} is off: ${source.offBecause}`);
  return {
    query: { keywords: query?.keywords ?? [], location: query?.location },
    limit,
    fetchDetails,
    urls,
    savedPages: savedPages.map((page, index) => ({ ...page, label: `page-${index + 1}` })),
    watched,
    http,
    signal,
  };
}

/** Tells whether the person says what to read, rather than what to look for. */
export const bringsPages = ({
  urls,
  savedPages,
}: Pick<SearchRequest, 'urls'> & { readonly savedPages: readonly unknown[] }): boolean =>
  urls.length + savedPages.length > 0;

const refused = (field: string, message: string): TerminalError =>
  new TerminalError('operation/invalid-input', message, [{ field, message }]);
