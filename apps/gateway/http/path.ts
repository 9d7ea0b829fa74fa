import type { FastifyRequest } from 'fastify';

/** The path that was asked for, as it came, without its query. */
export function pathOf(request: FastifyRequest): string {
  const url = request.raw.url ?? request.url;
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
