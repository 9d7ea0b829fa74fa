import type { Disposition } from '#libs/run-log';

/**
 * The one place where errors become HTTP numbers: by code, else by the code's last part, else by what is to be done
 * about it. A service may invent codes freely; only those that deserve a number of their own stand here.
 */
const BY_CODE: Readonly<Record<string, number>> = {
  'gateway/bad-query': 400,
  'gateway/bad-id': 400,
  'gateway/bad-header': 400,
  'gateway/malformed-json': 400,
  'gateway/invalid-body': 422,
  'gateway/bad-encoding': 400,
  'gateway/bad-request': 400,
  'gateway/unknown-route': 404,
  'gateway/unknown-run': 404,
  'gateway/unknown-approval': 404,
  'gateway/unknown-bulk': 404,
  'gateway/unknown-state': 404,
  'gateway/method-not-allowed': 405,
  'gateway/body-too-large': 413,
  'gateway/uri-too-long': 414,
  'gateway/unsupported-media-type': 415,
  'gateway/misdirected': 421,
  'gateway/headers-too-large': 431,
  'gateway/request-timeout': 408,
  'gateway/cross-origin': 403,
  'gateway/internal': 500,
  'operation/unknown': 404,
  'operation/forbidden': 403,
  'operation/invalid-input': 422,
  'operation/invalid-output': 502,
  'operation/cancelled': 409,
  'operation/failed': 500,
  'operation/timeout': 504,
  'operation/no-answer': 504,
  'operation/malformed-request': 400,
  'operation/request-too-large': 413,
  'operation/reply-too-large': 502,
  'operation/delivery-exhausted': 500,
  'flow/unknown': 404,
  'flow/invalid-input': 422,
  'flow/idempotency-conflict': 409,
  'flow/unknown-run': 404,
  'flow/run-ended': 409,
  'flow/already-paused': 409,
  'flow/not-paused': 409,
  'flow/cancelling': 409,
  'flow/not-ambiguous': 409,
  'flow/resolution-needed': 409,
  'flow/unknown-approval': 404,
  'flow/several-approvals': 422,
  'flow/already-answered': 409,
  'flow/not-an-approver': 403,
  'flow/still-running': 409,
  'flow/unknown-step': 422,
  'flow/too-large': 413,
  'key-values/value-too-large': 413,
  'key-values/full': 503,
  'audit/not-allowed': 403,
  'applier/already-applied': 409,
  'applier/not-approved': 409,
  'applier/not-prepared': 409,
  'applier/not-possible': 409,
  'applier/outcome-unknown': 409,
  'applier/daily-limit': 409,
  'applier/standing-rule': 409,
  'applier/no-form': 409,
  'applier/no-browser': 501,
  'applier/browser-failed': 500,
  'applier/address-refused': 403,
  'applier/unknown-application': 404,
  'applier/unknown-file': 404,
  'documents/no-profile': 404,
  'documents/unknown-version': 404,
  'documents/unknown-document': 404,
  'documents/version-conflict': 409,
  'scraper/not-watched': 404,
  'run-log/body-too-large': 413,
  'run-log/full': 503,
  'run-log/unavailable': 503,
};

const BY_ENDING: Readonly<Record<string, number>> = {
  'not-found': 404,
  'not-allowed': 403,
  forbidden: 403,
  'bad-cursor': 400,
  'invalid-cursor': 400,
  conflict: 409,
  'rate-limited': 429,
  timeout: 504,
};

/** A terminal refusal means that the request was understood and cannot be done as it stands. */
const BY_DISPOSITION: Readonly<Record<Disposition, number>> = { retry: 503, terminal: 422, halt: 502 };

/** Finds the HTTP status for an error. */
export function statusOf(error: { readonly code: string; readonly disposition: Disposition }): number {
  const ending = error.code.slice(error.code.lastIndexOf('/') + 1);
  return BY_CODE[error.code] ?? BY_ENDING[ending] ?? BY_DISPOSITION[error.disposition];
}
