import { HaltError, RetryableError, TerminalError } from './errors.js';
import { AmbiguousError } from './stop-reasons.js';

/** No service offers an operation of this name. */
export class UnknownOperationError extends TerminalError {
  constructor(
    readonly operation: string,
    service?: string,
  ) {
    super(
      'operation/unknown',
      `there is no operation ${operation}${service ? ` in the service ${service}` : ''}`,
    );
  }
}

/** The operation is known, and no process answers for its service. */
export class ServiceNotRunningError extends RetryableError {
  constructor(
    readonly service: string,
    readonly operation: string,
    options?: ErrorOptions,
  ) {
    super(
      'operation/not-running',
      `${operation} cannot be run: the service ${service} is not running`,
      undefined,
      options,
    );
  }
}

/** A process took the call and no answer came in time. */
export class NoAnswerError extends RetryableError {
  constructor(
    readonly operation: string,
    readonly waitedMs: number,
    options?: ErrorOptions,
  ) {
    super('operation/no-answer', `${operation} did not answer within ${waitedMs} ms`, undefined, options);
  }
}

/** The broker cannot be reached for a call. */
export class UnreachableError extends RetryableError {
  constructor(operation: string, options?: ErrorOptions) {
    super(
      'operation/unreachable',
      `${operation} cannot be asked: the broker does not answer`,
      undefined,
      options,
    );
  }
}

/** An input is larger than a message may be. */
export class RequestTooLargeError extends TerminalError {
  constructor(
    readonly operation: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(
      'operation/request-too-large',
      `the input of ${operation} makes a request of ${bytes} bytes; the broker takes at most ${limit}`,
    );
  }
}

/** A result is larger than a message may be, and is kept nowhere that the caller could read it. */
export class ReplyTooLargeError extends TerminalError {
  constructor(
    readonly operation: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(
      'operation/reply-too-large',
      `the answer of ${operation} has ${bytes} bytes; the broker takes at most ${limit}`,
    );
  }
}

/** Sorts out what a NATS request threw. */
export function requestFailure(
  error: unknown,
  operation: { readonly service: string; readonly name: string; readonly execution?: string },
  waitedMs: number,
): RetryableError | HaltError {
  const named = error as { name?: unknown; isNoResponders?: () => boolean };
  const noResponders =
    named.name === 'NoRespondersError' ||
    (named.name === 'RequestError' && named.isNoResponders?.() === true);
  if (noResponders) return new ServiceNotRunningError(operation.service, operation.name, { cause: error });
  if (named.name !== 'TimeoutError') return new UnreachableError(operation.name, { cause: error });
  return operation.execution === 'at-most-once'
    ? new AmbiguousError(operation.name, `no answer came within ${waitedMs} ms`)
    : new NoAnswerError(operation.name, waitedMs, { cause: error });
}
