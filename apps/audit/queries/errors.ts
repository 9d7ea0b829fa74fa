import { PlatformError } from '#libs/run-log';
import type { FieldError } from '#libs/run-log';

/** There is no such record, or it is none of the asker's. */
export class RecordNotFoundError extends PlatformError {
  readonly code = 'audit/not-found';
  readonly disposition = 'terminal';
  constructor(
    readonly what: string,
    readonly id: string,
  ) {
    super(`there is no ${what} ${JSON.stringify(id)}`);
  }
}

/** The asker may see only what is their own. */
export class NotAllowedError extends PlatformError {
  readonly code = 'audit/not-allowed';
  readonly disposition = 'terminal';
  constructor(
    message: string,
    readonly fields: readonly FieldError[] = [],
  ) {
    super(message);
  }
}

/** A query makes no sense as a whole though each of its fields does. */
export class BadQueryError extends PlatformError {
  readonly code = 'operation/invalid-input';
  readonly disposition = 'terminal';
  readonly fields: readonly FieldError[];
  constructor(field: string, value: unknown, expected: string) {
    super(`${field}: ${expected}`);
    this.fields = [{ field, value, message: expected }];
  }
}
