import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TraceContext } from '#libs/run-log';
import { currentTrace, inSpan, newTrace, traceIdOf } from '#libs/telemetry';
import type { ActiveSpan } from '#libs/telemetry';

const traces = new WeakMap<FastifyRequest, TraceContext>();

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Gives the trace that a request's work belongs to, for the headers of what it sends. */
export const traceOfRequest = (request: FastifyRequest): TraceContext => traces.get(request) ?? {};

/**
 * Runs each request in a server span: the caller's trace goes on, else one begins. The answer carries the trace's
 * id. Source: W3C Trace Context, and its level 2 draft for `traceresponse`.
 */
export function traceRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const enter = (trace: TraceContext): void => {
      traces.set(request, trace);
      tell(reply, trace);
      done();
    };
    // With instrumented HTTP the server's span is there already.
    const active = currentTrace();
    if (active.traceparent) return enter(active);
    const parent = sentBy(request) ?? {};
    const name = `${request.method} ${request.routeOptions.url ?? 'unmatched'}`;
    const attributes = { 'http.request.method': request.method, 'url.path': request.url.split('?', 1)[0] };
    void inSpan(name, { kind: 'server', parent, attributes }, (span) => {
      enter(span.trace.traceparent ? span.trace : newTrace());
      return untilClosed(reply, span);
    });
  });
}

function sentBy(request: FastifyRequest): TraceContext | undefined {
  const { traceparent, tracestate } = request.headers;
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return undefined;
  return typeof tracestate === 'string' ? { traceparent, tracestate } : { traceparent };
}

function tell(reply: FastifyReply, trace: TraceContext): void {
  const traceId = traceIdOf(trace);
  if (!traceId || !trace.traceparent) return;
  void reply.header('X-Trace-Id', traceId).header('traceresponse', trace.traceparent);
}

function untilClosed(reply: FastifyReply, span: ActiveSpan): Promise<void> {
  return new Promise((resolve) => {
    reply.raw.once('close', () => {
      const { statusCode } = reply.raw;
      span.set({ 'http.response.status_code': statusCode });
      if (statusCode >= 500) span.fail(`HTTP ${statusCode}`);
      resolve();
    });
  });
}
