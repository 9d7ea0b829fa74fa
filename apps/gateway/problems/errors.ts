import { TerminalError } from '#libs/operations';
import type { FieldError } from '#libs/run-log';

const megabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;

export class UnknownRouteError extends TerminalError {
  constructor(
    readonly method: string,
    readonly path: string,
  ) {
    super('gateway/unknown-route', `there is nothing at ${path}; GET /docs lists what there is`);
  }
}

export class MethodNotAllowedError extends TerminalError {
  constructor(
    readonly method: string,
    readonly path: string,
    readonly allowed: readonly string[],
  ) {
    super('gateway/method-not-allowed', `${path} does not take ${method}; it takes ${allowed.join(', ')}`);
  }
}

export class TooLargeError extends TerminalError {
  constructor(readonly limit: number) {
    super('gateway/body-too-large', `the body is larger than ${megabytes(limit)}, which is the most taken`);
  }
}

export class MediaTypeError extends TerminalError {
  constructor(readonly mediaType: string | undefined) {
    const given = mediaType ? `a body of the type ${mediaType}` : 'a body without a content type';
    super(
      'gateway/unsupported-media-type',
      `${given} is not taken; send application/json in the encoding UTF-8`,
    );
  }
}

export class MalformedJsonError extends TerminalError {
  constructor(why: string, options?: ErrorOptions) {
    super('gateway/malformed-json', `the body cannot be read as JSON: ${why}`, undefined, options);
  }
}

export class EncodingError extends TerminalError {
  constructor(what: string, options?: ErrorOptions) {
    super('gateway/bad-encoding', `${what} is not valid UTF-8`, undefined, options);
  }
}

/** Query parameters that cannot be taken as they stand. */
export class BadQueryError extends TerminalError {
  constructor(fields: readonly FieldError[], options?: ErrorOptions) {
    super('gateway/bad-query', `the query cannot be taken: ${sentence(fields)}`, fields, options);
  }
}

/** A body that can be read but not taken. */
export class BadBodyError extends TerminalError {
  constructor(fields: readonly FieldError[], options?: ErrorOptions) {
    super('gateway/invalid-body', `the body cannot be taken: ${sentence(fields)}`, fields, options);
  }
}

export class BadHeaderError extends TerminalError {
  constructor(header: string, value: unknown, expected: string) {
    super('gateway/bad-header', `the header ${header} is ${JSON.stringify(value)}: ${expected}`, [
      { field: header, value, message: expected },
    ]);
  }
}

/** The request is meant for a host of another name than those that the gateway answers for. */
export class MisdirectedError extends TerminalError {
  constructor(host: string) {
    const message = 'expected localhost, the address that is listened on, or a name that ALLOWED_HOSTS holds';
    super(
      'gateway/misdirected',
      `the gateway does not answer for the host ${JSON.stringify(host)}: ${message}`,
      [{ field: 'Host', value: host, message }],
    );
  }
}

export class BadIdError extends TerminalError {
  constructor(field: string, value: string) {
    const message = 'expected 1 to 128 letters, digits, - or _';
    super('gateway/bad-id', `${field} ${JSON.stringify(value.slice(0, 200))} is no id: ${message}`, [
      { field, value: value.slice(0, 200), message },
    ]);
  }
}

export class UnknownRunError extends TerminalError {
  constructor(readonly runId: string) {
    super('gateway/unknown-run', `there is no flow run ${runId}`, [
      { field: 'id', value: runId, message: 'expected the id of a flow run' },
    ]);
  }
}

export class UnknownApprovalError extends TerminalError {
  constructor(id: string) {
    super('gateway/unknown-approval', `there is no approval ${id}`, [
      { field: 'id', value: id, message: 'expected the id of an approval, such as GET /approvals lists' },
    ]);
  }
}

export class UnknownBulkError extends TerminalError {
  constructor(readonly id: string) {
    super('gateway/unknown-bulk', `there is no bulk work ${id}; it is kept for a week`, [
      { field: 'id', value: id, message: 'expected the id of a bulk cancel or restart' },
    ]);
  }
}

export class UnknownStateError extends TerminalError {
  constructor(
    readonly flow: string,
    readonly state: string,
  ) {
    super('gateway/unknown-state', `flow ${flow} keeps nothing under the name ${JSON.stringify(state)}`, [
      { field: 'name', value: state, message: `expected a name that GET /workflows/${flow}/state lists` },
    ]);
  }
}

/** What the request expected to find is not what is there. */
export class PreconditionFailedError extends TerminalError {
  constructor(message: string, options?: ErrorOptions) {
    super('gateway/precondition-failed', message, undefined, options);
  }
}

/** A change that does not say what it expects to find could write over somebody else's. */
export class PreconditionRequiredError extends TerminalError {
  constructor() {
    super(
      'gateway/precondition-required',
      'say what is to be there: If-Match with the ETag that GET gives (or *), or If-None-Match: * where there is none yet',
    );
  }
}

/** Says field by field what was wrong, in one line. */
export function sentence(fields: readonly FieldError[]): string {
  const shown = fields.slice(0, 5).map(({ field, value, message }) => {
    const held = value === undefined ? '' : ` (got ${JSON.stringify(value)})`;
    return `${field && !message.startsWith(field) ? `${field}: ` : ''}${message}${held}`;
  });
  return shown.join('; ') + (fields.length > 5 ? ` (and ${fields.length - 5} more)` : '');
}
