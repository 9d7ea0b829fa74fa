import type { Board } from '../fixture-boards/boards/board.js';
import { UnexpectedStatusError } from '../http/http-errors.js';
import type { GetOptions, HttpClient } from '../http/http-client.js';
import type { SearchRequest } from './source.js';

export interface AskedBoards {
  readonly http: HttpClient;
  /** What was asked, in order. */
  readonly asked: { readonly url: URL; readonly options: GetOptions }[];
}

/** A client behind which boards answer at once; what they do not know is 404. */
export function boardsBehind(answer: (url: URL) => ReturnType<Board>): AskedBoards {
  const asked: { url: URL; options: GetOptions }[] = [];
  return {
    asked,
    http: {
      get: async (address, options) => {
        const url = new URL(address);
        asked.push({ url, options });
        const found = answer(url);
        if (!found) throw new UnexpectedStatusError(address, 404);
        const { body: text, type: contentType } = found;
        return { url: address, status: 200, contentType, text, bytes: text.length, fetchedAt: new Date(0) };
      },
    },
  };
}

/** A search for everything, as far as `wanted` says nothing else. */
export function requestFor(http: HttpClient, wanted: Partial<SearchRequest> = {}): SearchRequest {
  return {
    query: { keywords: [] },
    limit: 1_000,
    fetchDetails: false,
    urls: [],
    savedPages: [],
    watched: [],
    http,
    signal: new AbortController().signal,
    ...wanted,
  };
}
