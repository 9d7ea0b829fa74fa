import type { FastifyInstance } from 'fastify';
import { EncodingError, MalformedJsonError, MediaTypeError } from '../problems/errors.js';

/** The largest body that is taken, in bytes. */
export const BODY_LIMIT = 5 * 1024 * 1024;

/** Names that would reach an object's prototype when the value is copied. */
const POISON = /"(?:__proto__|\\u005f)/i;

/** Lets a Fastify instance read JSON in UTF-8 and nothing else. */
export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (request, body, done) => {
      try {
        done(null, readJson(body as Buffer, request.headers['content-type']));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** Reads a body; an empty one is undefined. Throws MediaTypeError, EncodingError or MalformedJsonError. */
export function readJson(body: Buffer, mediaType?: string): unknown {
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(mediaType ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) throw new MediaTypeError(mediaType);
  if (body.length === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new EncodingError('the body', { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text, POISON.test(text) ? refusePoison : undefined);
  } catch (cause) {
    if (cause instanceof MalformedJsonError) throw cause;
    throw new MalformedJsonError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return value;
}

function refusePoison(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new MalformedJsonError('a field may not be named __proto__');
  return value;
}
