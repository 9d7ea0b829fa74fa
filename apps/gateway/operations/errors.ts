import { RetryableError, TerminalError } from '#libs/operations';

/** The key belongs to another request. */
export class KeyTakenError extends TerminalError {
  constructor(key: string) {
    const message = 'expected a new key for another operation, body or way to run it';
    super('gateway/idempotency-conflict', `the key ${JSON.stringify(key)} was used for another request`, [
      { field: 'Idempotency-Key', value: key, message },
    ]);
  }
}

/** The first request with this key has no answer yet. */
export class KeyInUseError extends RetryableError {
  constructor(key: string, operation: string) {
    super(
      'gateway/idempotency-in-hand',
      `the first request with the key ${JSON.stringify(key)} is still running ${operation}; the same request gets its answer later`,
      2_000,
    );
  }
}

/** It was done, but what it gave was too large to be kept for a second asking. */
export class AnswerNotKeptError extends TerminalError {
  constructor(taskRunId: string) {
    super(
      'gateway/answer-not-kept',
      `this was done before, and not again; its answer was too large to be kept: see task run ${taskRunId}`,
    );
  }
}
