import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor, TraceContext } from '#libs/run-log';
import { traceOfRequest } from '../http/request-trace.js';

const actors = new WeakMap<FastifyRequest, Actor>();

export const rememberActor = (request: FastifyRequest, actor: Actor): void => void actors.set(request, actor);

/** Who asks, and the trace that the work belongs to. */
export interface Caller {
  readonly actor: Actor;
  readonly trace: TraceContext;
}

/** Gives a handler its caller, whom the guard has settled. */
export const CalledBy = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const actor = actors.get(request);
  if (!actor) throw new Error(`nobody settled who asks for ${request.url}`);
  return { actor, trace: traceOfRequest(request) };
});
