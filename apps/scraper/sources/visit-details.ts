import type { HttpClient } from '../http/http-client.js';
import { ThrottledError } from '../http/http-errors.js';
import type { Parsed } from './parsed.js';
import { visitPage } from './visit.js';
import type { PageRequest, Visit } from './visit.js';

/** Visits postings' own pages one after another, until the board asks for patience: their lists stand without. */
export async function* visitDetails(
  http: HttpClient,
  urls: Iterable<string>,
  request: Pick<PageRequest, 'accept' | 'headers' | 'board'>,
  signal: AbortSignal,
  parse: (text: string, url: string) => Parsed,
): AsyncGenerator<Visit> {
  for (const url of urls) {
    const visit = await visitPage(http, { ...request, url, kind: 'detail' }, signal, parse);
    yield visit;
    if (visit.page.error instanceof ThrottledError) return;
  }
}
