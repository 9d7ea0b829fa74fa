import { STATUS_CODES } from 'node:http';
import type { Disposition, FieldError, ItemError } from '#libs/run-log';
import { statusOf } from './status-table.js';

/** What every refused request is answered with. Source: RFC 9457; `code` and what follows it are extensions. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** One sentence for people. */
  readonly detail: string;
  readonly instance: string;
  /** For programs; never renamed. */
  readonly code: string;
  readonly disposition: Disposition;
  /** The fields to blame: which, what it held, what was expected. */
  readonly errors?: readonly FieldError[];
  /** What went wrong with single items of bulk work that failed as a whole. */
  readonly itemErrors?: readonly ItemError[];
  readonly traceId?: string;
  /** The record of the refused execution. */
  readonly taskRunId?: string;
  readonly retryAfterMs?: number;
}

/** An error as a problem is made of it; errors of the platform and error records both look like this. */
export interface Speaking {
  readonly code: string;
  readonly message: string;
  readonly disposition: Disposition;
  readonly fields?: readonly FieldError[];
  readonly itemErrors?: readonly ItemError[];
  readonly retryAfterMs?: number;
  readonly taskRunId?: string;
}

/** Tells whether something thrown names its code and what to do about it; guards go by shape, not by class. */
export function speaks(thrown: unknown): thrown is Speaking {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    'message' in thrown &&
    typeof thrown.message === 'string' &&
    'disposition' in thrown &&
    ['retry', 'terminal', 'halt'].includes(String(thrown.disposition))
  );
}

/** What is said where the gateway itself is at fault: the log knows more, the client need not. */
const INTERNAL: Speaking = {
  code: 'gateway/internal',
  message: 'the gateway failed on this request; its log tells more under the trace id',
  disposition: 'terminal',
};

/** Puts an error into the words of HTTP. Whatever does not speak for itself becomes a plain 500 without details. */
export function problemOf(
  thrown: unknown,
  request: { readonly path: string; readonly traceId?: string },
): Problem {
  const error = speaks(thrown) ? thrown : INTERNAL;
  const status = statusOf(error);
  return {
    type: `urn:jobhunter:error:${error.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    instance: request.path,
    code: error.code,
    disposition: error.disposition,
    ...(error.fields && error.fields.length > 0 ? { errors: error.fields } : {}),
    ...(error.itemErrors && error.itemErrors.length > 0 ? { itemErrors: error.itemErrors } : {}),
    ...(request.traceId ? { traceId: request.traceId } : {}),
    ...(error.taskRunId ? { taskRunId: error.taskRunId } : {}),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}
