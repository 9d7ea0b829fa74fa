import type { FastifyReply } from 'fastify';
import { UnauthenticatedError } from '../identity/errors.js';
import { MethodNotAllowedError } from './errors.js';
import type { Problem } from './problem.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Answers with a problem, and with the headers that belong to it. */
export function sendProblem(reply: FastifyReply, problem: Problem, error: unknown): void {
  if (error instanceof MethodNotAllowedError) void reply.header('Allow', error.allowed.join(', '));
  if (error instanceof UnauthenticatedError) void reply.header('WWW-Authenticate', error.challenge);
  if (problem.retryAfterMs !== undefined)
    void reply.header('Retry-After', String(Math.max(1, Math.ceil(problem.retryAfterMs / 1_000))));
  void reply
    .code(problem.status)
    .header('Content-Type', PROBLEM_TYPE)
    .send(Buffer.from(JSON.stringify(problem)));
}
