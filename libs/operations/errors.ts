import { PlatformError } from '#libs/run-log';
import type { FieldError } from '#libs/run-log';

/** Another try may succeed. `retryAfterMs` is set where the other side named a time. */
export class RetryableError extends PlatformError {
  readonly disposition = 'retry';
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** No further try would help. */
export class TerminalError extends PlatformError {
  readonly disposition = 'terminal';
  constructor(
    readonly code: string,
    message: string,
    readonly fields?: readonly FieldError[],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether it happened is unknown, or going on would do harm: a person decides. */
export class HaltError extends PlatformError {
  readonly disposition = 'halt';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
