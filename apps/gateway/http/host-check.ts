import type { FastifyInstance } from 'fastify';
import { traceIdOf } from '#libs/telemetry';
import { MisdirectedError } from '../problems/errors.js';
import { problemOf } from '../problems/problem.js';
import { sendProblem } from '../problems/send-problem.js';
import { nameIn } from './host-names.js';
import { pathOf } from './path.js';
import { traceOfRequest } from './request-trace.js';

/**
 * Refuses requests that are meant for a host of another name. A page from elsewhere can have its own name resolve
 * to this machine, and is then of the same origin for the browser; its requests still carry that name.
 */
export function checkHosts(fastify: FastifyInstance, names: ReadonlySet<string>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { host = '' } = request.headers;
    if (names.has(nameIn(host))) return done();
    const error = new MisdirectedError(host.slice(0, 300));
    const traceId = traceIdOf(traceOfRequest(request));
    const problem = problemOf(error, { path: pathOf(request), ...(traceId ? { traceId } : {}) });
    sendProblem(reply, problem, error);
  });
}
