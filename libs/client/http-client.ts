import { inSpan } from '#libs/telemetry';
import {
  BadAddressError,
  BadHeaderError,
  ForeignServerError,
  GatewayUnreachableError,
  MovedServerError,
  ProblemError,
  SlowGatewayError,
  type Problem,
} from './errors.js';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface HttpClientOptions {
  /** Go with every request, such as who asks. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What requests are called in traces; `client` unless said. */
  readonly name?: string;
}

/**
 * Speaks to one gateway over its REST surface, and goes nowhere else: an answer that sends on to another address is
 * not followed. Throws ProblemError, GatewayUnreachableError, SlowGatewayError, ForeignServerError, MovedServerError,
 * BadHeaderError, and the reason of a signal that aborts.
 */
export class HttpClient {
  private readonly base: URL;

  /** Throws BadAddressError and, for what goes with every request, BadHeaderError. */
  constructor(
    readonly url: string,
    private readonly options: HttpClientOptions = {},
  ) {
    const base = URL.canParse(url) ? new URL(url.endsWith('/') ? url : `${url}/`) : undefined;
    if (!base || !['http:', 'https:'].includes(base.protocol) || base.username || base.password)
      throw new BadAddressError(url);
    this.base = base;
    headersOf(options.headers ?? {});
  }

  get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.json<T>('GET', path, options);
  }

  post<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return this.json<T>('POST', path, options, body);
  }

  put<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return this.json<T>('PUT', path, options, body);
  }

  patch<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    return this.json<T>('PATCH', path, options, body);
  }

  delete<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.json<T>('DELETE', path, options);
  }

  /** Reads a list page by page until `limit` items are there. */
  async list<T>(path: string, query: Query, limit: number): Promise<Page<T>> {
    const items: T[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await this.get<Page<T>>(path, {
        query: { ...query, limit: Math.min(500, limit - items.length), cursor },
      });
      items.push(...page.items);
      if (!page.nextCursor || items.length >= limit) return { items, nextCursor: page.nextCursor };
      cursor = page.nextCursor;
    }
  }

  /** Reads a file whole. */
  async file(path: string, options: RequestOptions = {}): Promise<Uint8Array> {
    const headers = { accept: '*/*', ...options.headers };
    const answer = await this.send('GET', path, { ...options, headers });
    if (!answer.ok) throw await this.problemOf(answer);
    return this.reading(async () => new Uint8Array(await answer.arrayBuffer()));
  }

  /** Opens an answer of Server-Sent Events, which is read as it comes. */
  async stream(path: string, options: RequestOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const { accept = 'text/event-stream', ...others } = options.headers ?? {};
    const answer = await this.send('GET', path, { ...options, headers: { accept, ...others } });
    if (!answer.ok) throw await this.problemOf(answer);
    if (answer.body === null || !answer.headers.get('content-type')?.startsWith(accept))
      throw new ForeignServerError(this.url, answer.status);
    return answer.body;
  }

  private async json<T>(method: string, path: string, options: RequestOptions, body?: unknown): Promise<T> {
    const answer = await this.send(method, path, options, body);
    if (!answer.ok) throw await this.problemOf(answer);
    if (answer.status === 204) return undefined as T;
    if (!isJson(answer)) throw new ForeignServerError(this.url, answer.status);
    return this.parsed(answer, await this.reading(() => answer.text())) as T;
  }

  // Where tracing is on, the patched fetch carries this span to the gateway: headers set here would stand there twice.
  // Where it is off, the gateway begins the trace: one made up here would say that nobody wants it recorded.
  private async send(
    method: string,
    path: string,
    { query = {}, headers = {}, signal }: RequestOptions,
    body?: unknown,
  ): Promise<Response> {
    const target = new URL(path.replace(/^\//, ''), this.base);
    for (const [name, value] of Object.entries(query)) {
      if (Array.isArray(value)) for (const one of value as string[]) target.searchParams.append(name, one);
      else if (value !== undefined) target.searchParams.set(name, String(value));
    }
    const { name = 'client', headers: always } = this.options;
    const sent = headersOf({
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...always,
      ...headers,
    });
    const answer = await inSpan(`${name} ${method} ${path}`, {}, () =>
      this.reading(
        () =>
          fetch(target, {
            method,
            headers: sent,
            redirect: 'manual',
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            ...(signal === undefined ? {} : { signal }),
          }),
        signal,
      ),
    );
    const location = answer.status >= 300 && answer.status < 400 ? answer.headers.get('location') : null;
    if (location === null) return answer;
    await answer.body?.cancel();
    throw new MovedServerError(this.url, answer.status, whereTo(location, target));
  }

  private async reading<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await read();
    } catch (error) {
      const { name, cause } = error as Error;
      // A signal that stands for a time-out tells of a server that does not answer.
      if (name === 'AbortError' || (signal?.aborted && name !== 'TimeoutError')) throw error;
      if (isSlow(cause)) throw new SlowGatewayError(this.url, { cause: error });
      throw new GatewayUnreachableError(this.url, reasonOf(cause ?? error), { cause: error });
    }
  }

  private async problemOf(answer: Response): Promise<ProblemError | ForeignServerError> {
    const text = await this.reading(() => answer.text());
    if (!isJson(answer)) return new ForeignServerError(this.url, answer.status);
    const told = this.parsed(answer, text) as Partial<Problem> & { title?: string; message?: string };
    const detail = told.detail ?? told.message ?? told.title ?? `the server answered ${answer.status}`;
    return new ProblemError({ ...told, status: answer.status, detail });
  }

  private parsed(answer: Response, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw new ForeignServerError(this.url, answer.status);
    }
  }
}

/** Makes headers. An error of fetch itself would show the value, which may be a key, and pass for a lost server. */
function headersOf(said: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(said)) {
    try {
      headers.set(name, value);
    } catch {
      throw new BadHeaderError(name);
    }
  }
  return headers;
}

/** A query may hold more than where the server has gone. */
function whereTo(location: string, from: URL): string {
  if (!URL.canParse(location, from.href)) return 'somewhere else';
  const { origin, pathname } = new URL(location, from);
  return `${origin}${pathname}`;
}

const isJson = (answer: Response): boolean => /\bjson\b/.test(answer.headers.get('content-type') ?? '');

/** Tells fetch's patience with a connected server from a server that is not there. */
const isSlow = (cause: unknown): boolean =>
  typeof cause === 'object' &&
  cause !== null &&
  'code' in cause &&
  (cause.code === 'UND_ERR_HEADERS_TIMEOUT' || cause.code === 'UND_ERR_BODY_TIMEOUT');

/** System errors with several causes have their sentences inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return [...new Set(error.errors.map(reasonOf))].join('; ');
  const message = (error as { message?: unknown } | null)?.message;
  return typeof message === 'string' && message !== '' ? message : String(error);
}
