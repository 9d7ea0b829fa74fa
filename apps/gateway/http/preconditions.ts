import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BadHeaderError, PreconditionFailedError } from '../problems/errors.js';
import { speaks } from '../problems/problem.js';

/** What a change is made against: what stands in an entity tag, or whatever is there. */
export type Match = { readonly tag: string } | 'any';

const TAG = /^"([\x21\x23-\x7e]{1,100})"$/;
const AS_GIVEN = 'expected one ETag as GET gives it, such as "12", or *';

/** Writes a revision as a strong entity tag. Source: RFC 9110, section 8.8.3. */
export const entityTag = (revision: string | number): string => `"${revision}"`;

/** Reads If-Match; undefined where there is none. Throws BadHeaderError. */
export function matchOf({ headers }: FastifyRequest): Match | undefined {
  const text = headers['if-match']?.trim();
  if (text === undefined) return undefined;
  if (text === '*') return 'any';
  const [, tag] = TAG.exec(text) ?? [];
  if (tag === undefined) throw new BadHeaderError('If-Match', text, AS_GIVEN);
  return { tag };
}

/**
 * Reads an If-Match that names a number, and gives undefined for none, and for any where a change needs something to
 * be there all the same; where it does not, `exact` refuses any. Throws BadHeaderError.
 */
export function numberMatchOf(request: FastifyRequest, exact?: 'exact'): number | undefined {
  const match = matchOf(request);
  if (match === 'any' && exact)
    throw new BadHeaderError('If-Match', '*', 'expected one ETag as GET gives it');
  if (match === undefined || match === 'any') return undefined;
  if (!/^[1-9]\d{0,14}$/.test(match.tag))
    throw new BadHeaderError('If-Match', entityTag(match.tag), AS_GIVEN);
  return Number(match.tag);
}

/** Tells whether a change is to be made only where nothing is yet (`If-None-Match: *`). Throws BadHeaderError. */
export function isForNew({ headers }: FastifyRequest): boolean {
  const text = headers['if-none-match']?.trim();
  if (text === undefined) return false;
  if (text !== '*') throw new BadHeaderError('If-None-Match', text, 'expected *');
  if (headers['if-match'] !== undefined)
    throw new BadHeaderError('If-None-Match', text, 'expected no If-Match beside it');
  return true;
}

/** Says which revision is answered with, and whether the client has that one already: then 304 is all it needs. */
export function unchanged(request: FastifyRequest, reply: FastifyReply, revision: string | number): boolean {
  const tag = entityTag(revision);
  void reply.header('ETag', tag);
  const held = request.headers['if-none-match'] ?? '';
  const isHeld = held.trim() === '*' || held.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
  if (isHeld) void reply.code(304);
  return isHeld;
}

/** Does a change; where the request has said what it is made against, that this does not hold is its answer (412). */
export async function underMatch<T>(match: unknown, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (match !== undefined && speaks(error) && CONFLICTS.has(error.code))
      throw new PreconditionFailedError(error.message, { cause: error });
    throw error;
  }
}

const CONFLICTS: ReadonlySet<string> = new Set([
  'documents/version-conflict',
  'jobs/revision-conflict',
  'applier/revision-conflict',
  'flow/state-conflict',
]);

/** What a route that gives something to edit says in its answer's headers. */
export const ETAG = { ETag: 'What is to be named in If-Match when it is changed' };

/** Describes that a change may name what it is made against. */
export const ApiIfMatch = (): MethodDecorator =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'Only where the ETag is still this one; `*` where there is one at all',
  });

/** Describes that a read may be answered with nothing where nothing has changed. */
export const ApiIfNoneMatch = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'If-None-Match', required: false, description: 'ETags that the client holds' }),
    ApiResponse({ status: 304, description: 'It is still one of those' }),
  );
