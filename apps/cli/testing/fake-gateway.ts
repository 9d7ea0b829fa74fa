import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

type Answer = { readonly status?: number; readonly type?: string; readonly body: unknown };
type Handler = (request: SeenRequest, response: ServerResponse) => Answer | undefined;

/** A real HTTP server that answers like a gateway where a test told it to. */
export interface FakeGateway {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** `route` is method and path, as in `GET /jobs`. A handler that gives nothing answers by itself. */
  on(route: string, answer: Answer | Handler): void;
  close(): Promise<void>;
}

export async function startFakeGateway(): Promise<FakeGateway> {
  const requests: SeenRequest[] = [];
  const routes = new Map<string, Answer | Handler>();
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const method = request.method ?? 'GET';
    const seen: SeenRequest = {
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: ['POST', 'PUT', 'PATCH'].includes(method) ? await json(request) : undefined,
    };
    requests.push(seen);
    const route = routes.get(`${method} ${url.pathname}`) ?? notFound(url.pathname);
    const given = typeof route === 'function' ? route(seen, response) : route;
    if (given === undefined) return;
    const type = given.type ?? (given.status && given.status >= 400 ? PROBLEM : 'application/json');
    response.writeHead(given.status ?? 200, { 'content-type': type });
    response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body));
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    on: (route, given) => void routes.set(route, given),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Begins a stream of events and gives the way to send them. */
export function eventStream(response: ServerResponse): (event: string, data: unknown, id?: number) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 1000\n\n');
  return (event, data, id) => {
    const head = id === undefined ? '' : `id: ${id}\n`;
    response.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
}

const PROBLEM = 'application/problem+json';

function notFound(path: string): Answer {
  return {
    status: 404,
    body: { status: 404, detail: `nothing is at ${path}`, code: 'gateway/unknown-route' },
  };
}
