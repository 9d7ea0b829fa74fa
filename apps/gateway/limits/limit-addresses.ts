import type { FastifyInstance } from 'fastify';
import { traceIdOf } from '#libs/telemetry';
import { isLoopback } from '../http/host-names.js';
import { pathOf } from '../http/path.js';
import { traceOfRequest } from '../http/request-trace.js';
import { problemOf } from '../problems/problem.js';
import { sendProblem } from '../problems/send-problem.js';
import type { RateLimits } from './rate-limits.js';

/**
 * Refuses requests from an address that sends too many, before anything of them is read. Those of this machine are not
 * counted: that is where a proxy may stand, which everybody then seems to come from.
 */
export function limitAddresses(fastify: FastifyInstance, limits: RateLimits): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (isLoopback(request.ip)) return undefined;
    try {
      await limits.countAddress(request.ip, reply);
      return undefined;
    } catch (error) {
      const traceId = traceIdOf(traceOfRequest(request));
      const problem = problemOf(error, { path: pathOf(request), ...(traceId ? { traceId } : {}) });
      sendProblem(reply, problem, error);
      return reply;
    }
  });
}
