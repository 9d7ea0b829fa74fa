import type { Disposition, ErrorRecord, LogEntry, Outcome } from '#libs/run-log';
import { toText } from './json-text.js';

/** An error without what has no shape. */
export interface StoredError {
  readonly code: string;
  readonly message: string;
  readonly disposition: Disposition;
  readonly retryAfterMs?: number;
  readonly traceback?: string;
}

export interface StoredErrorItem {
  readonly field?: string;
  readonly item?: string;
  readonly message: string;
  readonly code?: string;
  /** JSON text. */
  readonly value?: string;
}

export interface StoredLogEntry {
  readonly level: LogEntry['level'];
  readonly message: string;
  readonly at: Date;
  /** JSON text. */
  readonly fields?: string;
}

export function storedError(error: ErrorRecord): StoredError {
  return {
    code: error.code,
    message: error.message,
    disposition: error.disposition,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.traceback === undefined ? {} : { traceback: error.traceback }),
  };
}

/** Lists everything that was wrong: refused fields of the input first, then items of bulk work. */
export function errorItems(outcome: Outcome): StoredErrorItem[] {
  const fields = outcome.status === 'failed' ? (outcome.error.fields ?? []) : [];
  const items: StoredErrorItem[] = [
    ...fields.map(({ field, message, value }) => ({
      field,
      message,
      ...(value === undefined ? {} : { value: toText(value) }),
    })),
    ...(outcome.itemErrors ?? []).map(({ item, message, code }) => ({
      item,
      message,
      ...(code === undefined ? {} : { code }),
    })),
  ];
  if (items.length <= MOST_ITEMS) return items;
  return [...items.slice(0, MOST_ITEMS), { message: `and ${items.length - MOST_ITEMS} more` }];
}

/** A record keeps so many; the log has them all. */
const MOST_ITEMS = 500;

export function storedLogEntry({ level, message, at, fields }: LogEntry): StoredLogEntry {
  return { level, message, at: new Date(at), ...(fields === undefined ? {} : { fields: toText(fields) }) };
}
