import { FastifyAdapter } from '@nestjs/platform-fastify';
import { BODY_LIMIT, readJsonBodies } from './body.js';
import { checkHosts } from './host-check.js';
import { traceRequests } from './request-trace.js';
import type { RouteTable } from './route-table.js';
import { answerUnreadable, answerUnroutable } from './unroutable.js';

/** How long a client may take to send its whole request, in milliseconds. */
const REQUEST_MS = 30_000;

/**
 * Makes the HTTP server: limits, JSON bodies, traces, and a table of its routes. Requests for hosts other than
 * `names`, where given, are refused. It does not listen yet.
 */
export function httpAdapter(routes: RouteTable, names?: ReadonlySet<string>): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_MS,
    // A stream of events would keep the server from closing; the hub ends them, this is for what is left.
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: true },
  });
  const fastify = adapter.getInstance();
  fastify.addHook('onRoute', ({ url, method }) => routes.add(url, method));
  readJsonBodies(fastify);
  traceRequests(fastify);
  if (names) checkHosts(fastify, names);
  return adapter;
}
