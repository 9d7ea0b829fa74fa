import type { Disposition } from './errors.js';
import type { Millis } from './ids.js';

/** One field that was refused: where, what it held, what was expected. */
export interface FieldError {
  readonly field: string;
  readonly value?: unknown;
  readonly message: string;
}

/** An error as it crosses the bus. */
export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly disposition: Disposition;
  readonly fields?: readonly FieldError[];
  readonly retryAfterMs?: number;
  readonly traceback?: string;
  readonly cause?: ErrorRecord;
}

/** A document that an operation made or touched. */
export interface ResultRef {
  readonly collection: string;
  readonly documentId: string;
}

/** What went wrong with one item of bulk work. */
export interface ItemError {
  readonly item: string;
  readonly message: string;
  readonly code?: string;
}

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly at: Millis;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** How one attempt of an operation ended. */
export type Outcome = {
  readonly resultRefs?: readonly ResultRef[];
  readonly itemErrors?: readonly ItemError[];
  /** Kept in the record only when the run is verbose: at most 200 lines and 32 KiB. */
  readonly logEntries?: readonly LogEntry[];
} & (
  | { readonly status: 'success'; readonly result: unknown; readonly cached?: boolean }
  /** `result` is there when the operation answered `success: false` instead of throwing. */
  | { readonly status: 'failed'; readonly error: ErrorRecord; readonly result?: unknown }
  | { readonly status: 'cancelled'; readonly reason?: string }
  /** A keyed or rate limit has no room: schedule the same attempt again at `until`. */
  | { readonly status: 'deferred'; readonly until: Millis }
);
