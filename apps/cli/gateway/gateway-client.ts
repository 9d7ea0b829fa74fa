import { HttpClient, type Page, type Query, type RequestOptions } from '#libs/client';
import { inWords } from './in-words.js';

export type { Page, Query, RequestOptions } from '#libs/client';

/** Speaks to one JobHunter server over its REST surface. Throws ProblemError, ServerUnreachableError, ForeignServerError. */
export class GatewayClient {
  private readonly http: HttpClient;

  constructor(
    readonly url: string,
    userId?: string,
    /** A key or token; without one the server must be one that asks for none. */
    key?: string,
  ) {
    this.http = new HttpClient(url, {
      name: 'cli',
      headers: {
        'x-channel': 'cli',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(userId === undefined ? {} : { 'x-user-id': userId }),
      },
    });
  }

  get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return inWords(this.http.get<T>(path, options));
  }

  post<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return inWords(this.http.post<T>(path, body, options));
  }

  put<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return inWords(this.http.put<T>(path, body, options));
  }

  patch<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return inWords(this.http.patch<T>(path, body, options));
  }

  delete<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return inWords(this.http.delete<T>(path, options));
  }

  /** Reads a list page by page until `limit` items are there. */
  list<T>(path: string, query: Query, limit: number): Promise<Page<T>> {
    return inWords(this.http.list<T>(path, query, limit));
  }

  /** Reads a file whole. */
  file(path: string, options: RequestOptions = {}): Promise<Uint8Array> {
    return inWords(this.http.file(path, options));
  }

  /** Opens an answer that is read as it comes. */
  stream(path: string, options: RequestOptions = {}): Promise<ReadableStream<Uint8Array>> {
    return inWords(this.http.stream(path, options));
  }
}
