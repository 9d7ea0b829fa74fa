import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { currentMetrics } from '../metrics/start-metrics.js';
import type { ProcessHealth } from './process-health.js';

export interface HealthEndpointOptions {
  readonly health: ProcessHealth;
  /** The text of a setting; `0` takes a free one. */
  readonly port: string;
  /** Loopback unless said otherwise. */
  readonly host?: string;
}

export interface HealthEndpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** The text format of Prometheus. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Answers for the whole process, beside whatever it serves:
 *
 * - `/live`: 200 as long as the event loop turns;
 * - `/ready`: 200 when it can do its work, else 503 with what is missing;
 * - `/metrics`: its figures in the text format of Prometheus, 404 where none are collected;
 * - everything else, `/health` among it: 200 as long as the process turns, once it has started.
 *
 * Throws Error with one sentence when the port is none, or in use.
 */
export async function serveHealth(options: HealthEndpointOptions): Promise<HealthEndpoint> {
  const { port, host = '127.0.0.1' } = options;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`HEALTH_PORT is ${JSON.stringify(port)}; expected a number from 0 to 65535`);
  }
  const server = createServer(answering(options));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new Error(
          `HEALTH_PORT ${port} cannot be used: ${cause.code === 'EADDRINUSE' ? 'another process has it' : cause.message}`,
          { cause },
        ),
      ),
    );
    server.listen(Number(port), host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answering({ health }: HealthEndpointOptions): RequestListener {
  const { service } = health;
  return (request, response) => {
    const send = (status: number, type: string, body: string): void =>
      void response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
    const sendJson = (status: number, body: object): void =>
      send(status, 'application/json', JSON.stringify(body));
    const failed = (error: unknown): void => sendJson(500, { status: 'error', reason: String(error) });
    switch (request.url?.split('?', 1)[0]) {
      case '/live':
        return sendJson(200, { status: 'ok', service, uptimeSeconds: Math.round(process.uptime()) });
      case '/ready':
        return void health
          .readiness()
          .then((readiness) => sendJson(readiness.status === 'ready' ? 200 : 503, readiness), failed);
      case '/metrics': {
        const metrics = currentMetrics();
        if (!metrics) return sendJson(404, { status: 'off', reason: 'no figures are collected' });
        return void metrics.scrape().then((text) => send(200, METRICS_TYPE, text), failed);
      }
      default:
        return health.hasStarted
          ? sendJson(200, { status: 'ok', service })
          : sendJson(503, { status: 'starting', service });
    }
  };
}
