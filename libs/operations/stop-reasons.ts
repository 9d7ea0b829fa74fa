import { HaltError, RetryableError, TerminalError } from './errors.js';

/** The attempt's time is over. */
export class OperationTimeoutError extends RetryableError {
  constructor(
    readonly operation: string,
    readonly timeoutMs: number,
  ) {
    super('operation/timeout', `${operation} did not end within ${timeoutMs} ms`);
  }
}

/** Somebody called the work off. */
export class CancelledError extends TerminalError {
  constructor(readonly reason: string) {
    super('operation/cancelled', `cancelled: ${reason}`);
  }
}

/** This process stops; another one may do the work. */
export class ShuttingDownError extends RetryableError {
  constructor(readonly service: string) {
    super('operation/shutting-down', `${service} is shutting down and could not finish in time`);
  }
}

/** No heartbeat got through, so the broker may have handed the work to another process. */
export class LostContactError extends RetryableError {
  constructor(readonly silentMs: number) {
    super('operation/lost-contact', `no heartbeat reached the broker for ${silentMs} ms`);
  }
}

/** Whether an operation that must not run twice took effect is unknown. */
export class AmbiguousError extends HaltError {
  constructor(
    readonly operation: string,
    why: string,
  ) {
    super(
      'operation/ambiguous',
      `${operation} runs at most once and whether it took effect is unknown (${why}); a person has to decide`,
    );
  }
}

/** Why an execution was told to stop; the reason that its abort signal carries. */
export type StopReason = OperationTimeoutError | CancelledError | ShuttingDownError | LostContactError;
