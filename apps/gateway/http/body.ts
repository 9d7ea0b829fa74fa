import type { FastifyInstance } from 'fastify';
import { EncodingError, MalformedJsonError, MediaTypeError } from '../problems/errors.js';

/** The largest body that is taken, in bytes. */
export const BODY_LIMIT = 5 * 1024 * 1024;

/**
 * So many lists and objects may lie within each other. What is deeper is taken in by no stack: neither where it is
 * checked nor where its record is read.
 */
export const MOST_DEPTH = 512;

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
  if (isTooDeep(body))
    throw new MalformedJsonError(`more than ${MOST_DEPTH} lists and objects lie within each other`);
  let value: unknown;
  try {
    value = JSON.parse(text, POISON.test(text) ? refusePoison : undefined);
  } catch (cause) {
    if (cause instanceof MalformedJsonError) throw cause;
    throw new MalformedJsonError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Counts brackets outside of texts, before anything is made of them. */
function isTooDeep(json: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) inText = !inText;
    else if (inText) at += byte === BACKSLASH ? 1 : 0;
    else if (OPENING.has(byte) && ++depth > MOST_DEPTH) return true;
    else if (CLOSING.has(byte)) depth -= 1;
  }
  return false;
}

function refusePoison(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new MalformedJsonError('a field may not be named __proto__');
  return value;
}
