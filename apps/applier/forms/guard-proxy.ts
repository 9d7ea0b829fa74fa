import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, isIP } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isPrivateAddress } from '#libs/public-network';

export interface GuardOptions {
  /** Hosts with their ports that may lie in a private network. */
  readonly trusted: readonly string[];
  /** Go to those and to nowhere else. */
  readonly onlyTrusted: boolean;
}

class PrivateNetworkError extends Error {}

/**
 * The one way out of a browser.
 *
 * 1. Every line goes to the very address that was checked: none leads into a private network, whatever a name or a
 *    redirect says, save to hosts that came from settings.
 * 2. What it can read, plain HTTP, goes through where it only asks: GET and HEAD.
 * 3. Once it is cut, nothing goes through any more, over lines that are open neither.
 */
export class GuardProxy {
  /** Hosts that a line was refused to. */
  readonly refused = new Set<string>();
  /** Hosts that could not be reached, with the system's word for it. */
  readonly failed = new Map<string, string>();
  private readonly lines = new Set<Duplex>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    private readonly options: GuardOptions,
  ) {
    server.on('request', (request, response) => this.forward(request, response));
    server.on('connect', (request, socket) => this.tunnel(request, socket));
    server.on('connection', (socket: Socket) => this.keep(socket));
  }

  static async start(options: GuardOptions): Promise<GuardProxy> {
    const server = createServer();
    const proxy = new GuardProxy(server, options);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.isCut = true;
    for (const line of this.lines) line.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private forward(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : null;
    const asksOnly = request.method === 'GET' || request.method === 'HEAD';
    if (url?.protocol !== 'http:' || !asksOnly || this.isCut) return void response.writeHead(403).end();
    const port = Number(url.port || 80);
    const host = bare(url.hostname);
    const onward = this.mayGo(host, port)
      ? httpRequest({
          host,
          port,
          path: url.pathname + url.search,
          method: request.method,
          headers: { ...request.headers, connection: 'close' },
          lookup: this.lookupFor(host, port),
          agent: false,
        })
      : null;
    if (!onward) return void response.writeHead(403).end();
    onward.on('socket', (socket) => this.keep(socket));
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', (error) => {
      this.note(host, error);
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    response.on('close', () => onward.destroy());
    onward.end();
  }

  private tunnel(request: IncomingMessage, socket: Duplex): void {
    socket.on('error', () => socket.destroy());
    const target = `http://${request.url ?? ''}`;
    const { hostname = '', port = '' } = URL.canParse(target) ? new URL(target) : {};
    const [host, portNumber] = [bare(hostname), Number(port || (request.url?.endsWith(':80') ? 80 : 443))];
    if (this.isCut || host === '' || !this.mayGo(host, portNumber))
      return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const onward = connect({ host, port: portNumber, lookup: this.lookupFor(host, portNumber) });
    this.keep(onward);
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', (error) => {
      this.note(host, error);
      socket.destroy();
    });
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  private note(host: string, error: NodeJS.ErrnoException): void {
    if (!this.isCut && !this.refused.has(host)) this.failed.set(host, error.code ?? error.message);
  }

  private keep(line: Duplex): void {
    this.lines.add(line);
    line.once('close', () => this.lines.delete(line));
  }

  /** Checks what needs no name to be resolved. */
  private mayGo(host: string, port: number): boolean {
    if (this.isTrusted(host, port)) return true;
    const refused = this.options.onlyTrusted || (isIP(host) !== 0 && isPrivateAddress(host));
    if (refused) this.refused.add(host);
    return !refused;
  }

  private isTrusted(host: string, port: number): boolean {
    return this.options.trusted.includes(`${isIP(host) === 6 ? `[${host}]` : host}:${port}`);
  }

  private lookupFor(host: string, port: number) {
    return (name: string, options: LookupOptions, callback: LookupCallback): void => {
      lookup(name, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, []);
        if (!this.isTrusted(host, port) && addresses.some(({ address }) => isPrivateAddress(address))) {
          this.refused.add(host);
          return callback(new PrivateNetworkError(`${host} lies in a private network`), []);
        }
        const [first] = addresses;
        if (options.all === true || !first) return callback(null, addresses);
        callback(null, first.address, first.family);
      });
    };
  }
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
