import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor, TraceContext } from '#libs/run-log';
import { traceOfRequest } from '../http/request-trace.js';
import type { Identity } from './identity.js';

const identities = new WeakMap<FastifyRequest, Identity>();

export const rememberIdentity = (request: FastifyRequest, identity: Identity): void =>
  void identities.set(request, identity);

/** Who asks, and the trace that the work belongs to. */
export interface Caller {
  readonly actor: Actor;
  readonly trace: TraceContext;
}

/** Gives a handler its caller, whom the guard has settled. */
export const CalledBy = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { actor: identityOf(request).actor, trace: traceOfRequest(request) };
});

/** Gives a handler who asks together with how that is known. */
export const KnownAs = createParamDecorator((_: unknown, context: ExecutionContext): Identity =>
  identityOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

function identityOf(request: FastifyRequest): Identity {
  const identity = identities.get(request);
  if (!identity) throw new Error(`nobody settled who asks for ${request.url}`);
  return identity;
}
