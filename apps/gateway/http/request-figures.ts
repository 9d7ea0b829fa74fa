import type { FastifyInstance, FastifyRequest } from 'fastify';
import { histogram } from '#libs/telemetry';

/** As OpenTelemetry's HTTP conventions have them. */
const DURATIONS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const duration = histogram('http.server.request.duration', {
  unit: 's',
  description:
    'Time from a request to the end of its answer, by method, route and status; without event streams',
  buckets: DURATIONS_S,
});

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts requests under the template of their route: paths have no end. */
export function countRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    // A stream of events lasts as long as somebody looks at it, which says nothing of how fast we are.
    if (!String(reply.raw.getHeader('content-type')).startsWith('text/event-stream'))
      duration.record(reply.elapsedTime / 1_000, {
        'http.request.method': METHODS.has(request.method) ? request.method : '_OTHER',
        'http.route': routeOf(request),
        'http.response.status_code': reply.raw.statusCode,
      });
    done();
  });
}

const routeOf = ({ routeOptions: { url } }: FastifyRequest): string =>
  url === undefined || url === '*' ? 'unmatched' : url;
