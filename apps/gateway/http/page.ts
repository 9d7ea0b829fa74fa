import type { FastifyRequest } from 'fastify';

/** One part of a list, with the address of the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly links: { readonly self: string; readonly next?: string };
}

/** Adds to a part of a list where it lies and where the next one does. */
export function pageOf<T>(
  request: FastifyRequest,
  { items, nextCursor }: { readonly items: readonly T[]; readonly nextCursor?: string | null },
): Page<T> {
  const self = request.raw.url ?? request.url;
  if (!nextCursor) return { items, nextCursor: null, links: { self } };
  const next = new URL(self, 'http://gateway');
  next.searchParams.set('cursor', nextCursor);
  return { items, nextCursor, links: { self, next: next.pathname + next.search } };
}
