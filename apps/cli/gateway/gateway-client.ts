import { inSpan } from '#libs/telemetry';
import { sentenceOf } from '../terminal/cli-error.js';
import {
  ForeignServerError,
  type Problem,
  ProblemError,
  ServerUnreachableError,
  SlowAnswerError,
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

/** Speaks to one JobHunter server over its REST surface. Throws ProblemError, ServerUnreachableError, ForeignServerError. */
export class GatewayClient {
  constructor(
    readonly url: string,
    private readonly userId?: string,
  ) {}

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
    const answer = await this.send('GET', path, {
      ...options,
      headers: { accept: '*/*', ...options.headers },
    });
    if (!answer.ok) throw await this.problemOf(answer);
    return this.reading(async () => new Uint8Array(await answer.arrayBuffer()));
  }

  /** Opens an answer that is read as it comes. */
  async stream(path: string, options: RequestOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const answer = await this.send('GET', path, {
      ...options,
      headers: { accept: 'text/event-stream', ...options.headers },
    });
    if (!answer.ok) throw await this.problemOf(answer);
    if (answer.body === null || !answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      throw new ForeignServerError(this.url, answer.status);
    }
    return answer.body;
  }

  private async json<T>(method: string, path: string, options: RequestOptions, body?: unknown): Promise<T> {
    const answer = await this.send(method, path, options, body);
    if (!answer.ok) throw await this.problemOf(answer);
    if (!/\bjson\b/.test(answer.headers.get('content-type') ?? '')) {
      throw new ForeignServerError(this.url, answer.status);
    }
    return this.reading(() => answer.json() as Promise<T>);
  }

  // Where tracing is on, the patched fetch carries this span to the gateway: headers set here would stand there twice.
  // Where it is off, the gateway begins the trace: one made up here would say that nobody wants it recorded.
  private async send(
    method: string,
    path: string,
    { query = {}, headers = {}, signal }: RequestOptions,
    body?: unknown,
  ): Promise<Response> {
    const target = new URL(path.replace(/^\//, ''), this.url.endsWith('/') ? this.url : `${this.url}/`);
    for (const [name, value] of Object.entries(query)) {
      if (Array.isArray(value)) for (const one of value as string[]) target.searchParams.append(name, one);
      else if (value !== undefined) target.searchParams.set(name, String(value));
    }
    return inSpan(`cli ${method} ${path}`, {}, () =>
      this.reading(() =>
        fetch(target, {
          method,
          headers: {
            accept: 'application/json',
            'x-channel': 'cli',
            ...(this.userId === undefined ? {} : { 'x-user-id': this.userId }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...(signal === undefined ? {} : { signal }),
        }),
      ),
    );
  }

  private async reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      const { cause } = error as Error;
      if (isSlow(cause)) throw new SlowAnswerError(this.url, { cause: error });
      throw new ServerUnreachableError(this.url, sentenceOf(cause ?? error), {
        cause: error,
      });
    }
  }

  private async problemOf(answer: Response): Promise<ProblemError | ForeignServerError> {
    const text = await this.reading(() => answer.text());
    if (!/\bjson\b/.test(answer.headers.get('content-type') ?? '')) {
      return new ForeignServerError(this.url, answer.status);
    }
    const told = JSON.parse(text) as Partial<Problem> & {
      title?: string;
      message?: string;
    };
    const detail = told.detail ?? told.message ?? told.title ?? `the server answered ${answer.status}`;
    return new ProblemError({ ...told, status: answer.status, detail });
  }
}

/** Tells fetch's patience with a connected server from a server that is not there. */
const isSlow = (cause: unknown): boolean =>
  typeof cause === 'object' &&
  cause !== null &&
  'code' in cause &&
  (cause.code === 'UND_ERR_HEADERS_TIMEOUT' || cause.code === 'UND_ERR_BODY_TIMEOUT');
