import { FastifyAdapter } from '@nestjs/platform-fastify';
import { limitAddresses } from '../limits/limit-addresses.js';
import type { RateLimits } from '../limits/rate-limits.js';
import { BODY_LIMIT, readJsonBodies } from './body.js';
import { checkHosts } from './host-check.js';
import { countRequests } from './request-figures.js';
import { traceRequests } from './request-trace.js';
import type { RouteTable } from './route-table.js';
import { endSilentSockets } from './silent-sockets.js';
import { answerExpectations, answerUnreadable, answerUnroutable } from './unroutable.js';

/** How long a client may take to send its whole request, in milliseconds. */
const REQUEST_MS = 30_000;

export interface HttpSettings {
  readonly names?: ReadonlySet<string> | undefined;
  readonly limits?: RateLimits;
  /** Whose word on where a request comes from is believed. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/**
 * Makes the HTTP server: limits, JSON bodies, traces, and a table of its routes. Requests for hosts other than
 * `names`, where given, are refused. It does not listen yet.
 */
export function httpAdapter(
  routes: RouteTable,
  { names, limits, trustedProxies = [] }: HttpSettings = {},
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    ...(trustedProxies.length > 0 ? { trustProxy: [...trustedProxies] } : {}),
    requestTimeout: REQUEST_MS,
    // A stream of events would keep the server from closing; the hub ends them, this is for what is left.
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: true },
  });
  const fastify = adapter.getInstance();
  fastify.addHook('onRoute', ({ url, method }) => routes.add(url, method));
  endSilentSockets(fastify);
  readJsonBodies(fastify);
  answerExpectations(fastify.server);
  traceRequests(fastify);
  countRequests(fastify);
  if (names) checkHosts(fastify, names);
  if (limits) limitAddresses(fastify, limits);
  return adapter;
}
