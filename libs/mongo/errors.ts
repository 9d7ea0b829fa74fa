import { PlatformError } from '#libs/run-log';
import type { FieldError } from '#libs/run-log';
import mongoose from 'mongoose';

/** The database cannot be reached; a write may or may not have been kept, so repeat only what is safe to repeat. */
export class DatabaseUnavailableError extends PlatformError {
  readonly code = 'mongo/unavailable';
  readonly disposition = 'retry';
  /** What to wait before the next try. */
  readonly retryAfterMs = 1_000;

  constructor(options?: ErrorOptions) {
    super('the database does not answer; is mongod up?', options);
  }
}

/** A cursor is none, or is one of another list. */
export class BadCursorError extends PlatformError {
  readonly code = 'operation/invalid-input';
  readonly disposition = 'terminal';
  readonly fields: readonly FieldError[];
  constructor(cursor: string, expected: string) {
    super(`cursor: ${expected}`);
    this.fields = [{ field: 'cursor', value: cursor, message: expected }];
  }
}

const {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoError,
} = mongoose.mongo;

// Not-primary, shutting down and the like, as the driver's own retryable codes have them.
const PASSING_CODES = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** Tells whether an error says that the database is away for now, rather than that the request was wrong. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseUnavailableError) return true;
  if (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNotConnectedError ||
    error instanceof mongoose.Error.MongooseServerSelectionError
  )
    return true;
  if (isBrokenBulk(error)) return true;
  if (error instanceof MongoError) {
    if (AWAY_NAMES.has(error.name)) return true;
    if (error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('TransientTransactionError'))
      return true;
    if (typeof error.code === 'number' && PASSING_CODES.has(error.code)) return true;
  }
  // Mongoose has no class of its own for a command before the first connection.
  return error instanceof mongoose.Error && error.message.includes('before initial connection');
}

/**
 * A bulk write wraps whatever broke the line in an error of its own, which keeps neither class, cause nor labels:
 * it names no write that failed, and no code of the server.
 */
function isBrokenBulk(error: Error): boolean {
  if (!(error instanceof MongoBulkWriteError)) return false;
  return [error.writeErrors].flat().length === 0 && error.err === undefined && error.code === undefined;
}

const AWAY_NAMES = new Set([
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoExpiredSessionError',
]);

/** Gives the error that callers are to see: DatabaseUnavailableError where the database is away, else the same. */
export function asCallersSee(error: unknown): unknown {
  if (error instanceof DatabaseUnavailableError || !isUnavailable(error)) return error;
  return new DatabaseUnavailableError({ cause: error });
}
