import { PlatformError } from '#libs/run-log';
import { AddressRefusedError, NoAnswerError, UnknownHostError } from './http-errors.js';

/** What undici says of a port that the fetch standard blocks, such as 25; it gives no code. */
const BAD_PORT = 'bad port';

/**
 * Makes an error of ours out of what fetch or the reading of a body threw. What no second try would cure is
 * terminal. `late` says that time was up, which is why whatever was thrown was thrown.
 */
export function wireError(url: string, error: unknown, late?: string): PlatformError {
  const ours = platformErrorIn(error);
  if (ours) return ours;
  if (late !== undefined) return new NoAnswerError(url, late, { cause: error });
  const { message, code } = faultIn(error);
  if (code === 'ENOTFOUND') return new UnknownHostError(url, { cause: error });
  if (message === BAD_PORT)
    return new AddressRefusedError(url, 'its port belongs to something else', { cause: error });
  return new NoAnswerError(url, reasonOf(faultIn(error)), { cause: error });
}

/** fetch wraps what went wrong below it as the cause of a TypeError. */
function platformErrorIn(error: unknown): PlatformError | undefined {
  for (let e = error; isFault(e); e = e.cause) if (e instanceof PlatformError) return e;
  return undefined;
}

function reasonOf({ message, code }: Fault): string {
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'no headers in time';
  if (code === 'UND_ERR_BODY_TIMEOUT') return 'the body stopped in the middle';
  // A host with several addresses fails with an AggregateError whose own message is empty.
  return message || code || 'the connection failed';
}

interface Fault {
  readonly message: string;
  readonly code?: string;
  readonly cause?: unknown;
}

function faultIn(error: unknown): Fault {
  if (!isFault(error)) return { message: String(error) };
  return isFault(error.cause) ? error.cause : error;
}

/** By shape: errors of Node's core are no instances of this realm's Error everywhere. */
function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'message' in value;
}
