import { HttpException } from '@nestjs/common';
import { TerminalError } from '#libs/operations';
import { speaks } from './problem.js';
import { EncodingError, MediaTypeError, TooLargeError } from './errors.js';

/** What is known of the request that an error came from. */
export interface Refused {
  readonly mediaType?: string;
  readonly bodyLimit: number;
}

/**
 * Reads what Nest and Fastify throw before any handler runs. Gives the error itself where it speaks for itself, and
 * anything unknown as it came.
 */
export function fromHttp(thrown: unknown, request: Refused): unknown {
  if (speaks(thrown)) return thrown;
  const cause: unknown = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  if (speaks(cause)) return cause;
  const known = byFastifyCode(codeOf(cause), request);
  if (known) return known;
  if (thrown instanceof HttpException && thrown.getStatus() < 500) return byStatus(thrown);
  const status = statusIn(cause);
  return status !== undefined && status >= 400 && status < 500
    ? new TerminalError('gateway/bad-request', 'the request cannot be read')
    : thrown;
}

function byFastifyCode(code: string, request: Refused): TerminalError | undefined {
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new TooLargeError(request.bodyLimit);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new MediaTypeError(request.mediaType);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new TerminalError('gateway/bad-request', 'the body is not as long as its Content-Length says');
    case 'FST_ERR_BAD_URL':
      return new EncodingError('the path');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new TerminalError('gateway/uri-too-long', 'a part of the path is longer than 256 characters');
    default:
      return undefined;
  }
}

function byStatus(exception: HttpException): TerminalError {
  return exception.getStatus() === 403
    ? new TerminalError('gateway/cross-origin', 'a page of another origin may not change anything here')
    : new TerminalError('gateway/bad-request', exception.message);
}

function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : '';
}

function statusIn(thrown: unknown): number | undefined {
  return typeof thrown === 'object' &&
    thrown !== null &&
    'statusCode' in thrown &&
    typeof thrown.statusCode === 'number'
    ? thrown.statusCode
    : undefined;
}
