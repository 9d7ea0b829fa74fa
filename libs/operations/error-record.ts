import { inspect, types } from 'node:util';
import { HttpException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import type { Disposition, ErrorRecord, FieldError } from '#libs/run-log';
import { HaltError, RetryableError, TerminalError } from './errors.js';

const DEEPEST_CAUSE = 5;
const LONGEST_TRACEBACK = 16_384;

/**
 * Turns whatever was thrown into the record that crosses the bus. Errors with a `code` and a `disposition` keep
 * them; Nest's own exceptions are read by their status; anything unknown counts as retryable.
 */
export function toErrorRecord(thrown: unknown, depth = 0): ErrorRecord {
  if (!isError(thrown)) return recordOfValue(thrown);
  const said = saidBy(thrown);
  const traceback = (thrown.stack ?? `${thrown.name}: ${thrown.message}`).slice(0, LONGEST_TRACEBACK);
  return {
    ...said,
    traceback,
    ...(thrown.cause === undefined || depth >= DEEPEST_CAUSE
      ? {}
      : { cause: toErrorRecord(thrown.cause, depth + 1) }),
  };
}

/** Makes an error again out of its record, for the caller on the other side. */
export function fromErrorRecord(record: ErrorRecord): RetryableError | TerminalError | HaltError {
  const options = record.cause ? { cause: fromErrorRecord(record.cause) } : undefined;
  switch (record.disposition) {
    case 'retry':
      return new RetryableError(record.code, record.message, record.retryAfterMs, options);
    case 'terminal':
      return new TerminalError(record.code, record.message, record.fields, options);
    case 'halt':
      return new HaltError(record.code, record.message, options);
  }
}

/** An error may come from another realm, where `instanceof` is blind. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

type Said = Pick<ErrorRecord, 'code' | 'message' | 'disposition' | 'fields' | 'retryAfterMs'>;

function saidBy(error: Error): Said {
  const message = error.message || error.name;
  if (speaksOurs(error))
    return {
      code: error.code,
      message,
      disposition: error.disposition,
      ...(error.fields ? { fields: error.fields } : {}),
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    };
  if (error instanceof HttpException) return saidByStatus(error.getStatus(), message);
  if (error instanceof RpcException) return saidByRpc(error.getError(), message);
  return { code: 'operation/failed', message, disposition: 'retry' };
}

interface OurError {
  code: string;
  disposition: Disposition;
  fields?: readonly FieldError[];
  retryAfterMs?: number;
}

/** Guards go by shape, not by class: the error may come from another copy of this library. */
function speaksOurs(error: object): error is OurError {
  return (
    'code' in error &&
    typeof error.code === 'string' &&
    'disposition' in error &&
    ['retry', 'terminal', 'halt'].includes(String(error.disposition))
  );
}

function saidByStatus(status: number, message: string): Said {
  if (status === 401 || status === 403)
    return { code: 'operation/forbidden', message, disposition: 'terminal' };
  if (status === 400 || status === 422)
    return { code: 'operation/invalid-input', message, disposition: 'terminal' };
  if (status === 408 || status === 429 || status >= 500)
    return { code: 'operation/failed', message, disposition: 'retry' };
  return { code: 'operation/rejected', message, disposition: 'terminal' };
}

/** What Nest throws when a guard says no. */
const GUARD_SAID_NO = 'Forbidden resource';

function saidByRpc(inner: string | object, message: string): Said {
  if (inner === GUARD_SAID_NO) return { code: 'operation/forbidden', message, disposition: 'terminal' };
  if (typeof inner === 'object' && speaksOurs(inner))
    return { ...inner, message: 'message' in inner ? String(inner.message) : message };
  return { code: 'operation/failed', message, disposition: 'retry' };
}

/** A text, a number or a plain object was thrown: there is no stack, so the value itself is the trace. */
function recordOfValue(thrown: unknown): ErrorRecord {
  const message =
    typeof thrown === 'object' && thrown !== null && 'message' in thrown
      ? String(thrown.message)
      : typeof thrown === 'string'
        ? thrown
        : inspect(thrown, { depth: 2 });
  const traceback =
    `thrown: ${inspect(thrown, { depth: 3 })} (a ${typeof thrown}, not an Error, so it carries no stack)`.slice(
      0,
      LONGEST_TRACEBACK,
    );
  if (typeof thrown === 'object' && thrown !== null && speaksOurs(thrown))
    return {
      code: thrown.code,
      disposition: thrown.disposition,
      message,
      traceback,
      ...(thrown.fields ? { fields: thrown.fields } : {}),
      ...(thrown.retryAfterMs === undefined ? {} : { retryAfterMs: thrown.retryAfterMs }),
    };
  return { code: 'operation/failed', message, disposition: 'retry', traceback };
}
