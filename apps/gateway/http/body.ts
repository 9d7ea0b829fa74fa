import type { FastifyInstance, FastifyRequest } from 'fastify';
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

/** Says of a route that its body is handed on byte for byte, for that is what was signed; it may be a text too. */
export const AS_IT_CAME = { bodyAsItCame: true } as const;

const isLeftAsItCame = ({ routeOptions }: FastifyRequest): boolean =>
  Reflect.get(routeOptions.config, 'bodyAsItCame') === true;

/** What is taken beside JSON where a body is left as it came. */
const OTHER_TEXTS = /^(?:text\/plain|application\/[\w.-]+\+json)(?:\s*;|$)/i;

const WHOLE = { parseAs: 'buffer' as const, bodyLimit: BODY_LIMIT };

/** Lets a Fastify instance read JSON in UTF-8 and nothing else. */
export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', WHOLE, (request, body, done) => {
    try {
      done(null, isLeftAsItCame(request) ? body : readJson(body, request.headers['content-type']));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addContentTypeParser<Buffer>(OTHER_TEXTS, WHOLE, (request, body, done) => {
    if (isLeftAsItCame(request)) done(null, body);
    else done(new MediaTypeError(request.headers['content-type']));
  });
}

/** Reads bytes as a text. Throws EncodingError. */
export function readText(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new EncodingError('the body', { cause });
  }
}

/** Reads a body; an empty one is undefined. Throws MediaTypeError, EncodingError or MalformedJsonError. */
export function readJson(body: Buffer, mediaType?: string): unknown {
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(mediaType ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) throw new MediaTypeError(mediaType);
  if (body.length === 0) return undefined;
  const text = readText(body);
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
