import { Catch, Inject, NotFoundException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter, LoggerService } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BODY_LIMIT } from '../http/body.js';
import { pathOf } from '../http/path.js';
import { RouteTable } from '../http/route-table.js';
import { LOG } from '../log.js';
import { traceOfRequest } from '../http/request-trace.js';
import { MethodNotAllowedError, UnknownRouteError } from './errors.js';
import { fromHttp } from './from-http.js';
import { problemOf } from './problem.js';
import { sendProblem } from './send-problem.js';
import { traceIdOf } from '#libs/telemetry';

/** Answers every error of every route, and of requests that match none, with a problem. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    @Inject(LOG) private readonly log: LoggerService,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const path = pathOf(request);
    const error = this.read(thrown, request, path);
    const traceId = traceIdOf(traceOfRequest(request));
    const problem = problemOf(error, { path, ...(traceId ? { traceId } : {}) });
    if (problem.status >= 500 && problem.status !== 503)
      this.log.error(thrown instanceof Error ? thrown : new Error(String(thrown)), {
        request: `${request.method} ${path}`,
        code: problem.code,
        traceId,
      });
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, problem, error);
  }

  private read(thrown: unknown, request: FastifyRequest, path: string): unknown {
    // Nest says it of a route that there is not; handlers here never throw it.
    if (thrown instanceof NotFoundException) {
      const allowed = this.routes.methodsOf(path);
      return allowed.length > 0 && !allowed.includes(request.method)
        ? new MethodNotAllowedError(request.method, path, allowed)
        : new UnknownRouteError(request.method, path);
    }
    const mediaType = request.headers['content-type'];
    return fromHttp(thrown, { bodyLimit: BODY_LIMIT, ...(mediaType ? { mediaType } : {}) });
  }
}
