import { createHash } from 'node:crypto';
import { BadCursorError } from './errors.js';

/** Where a page ended: the last item's value of the field that is sorted by, and its id. */
export interface PlaceInList {
  readonly value: Date | number | string | null;
  readonly id: string;
}

/** What the field that is sorted by holds, where it holds anything. */
export type ValueKind = 'date' | 'number' | 'text';

/** Writes a cursor for one list, told from others by its filters and its sorting. */
export function writeCursor(list: unknown, { value, id }: PlaceInList): string {
  const plain = value instanceof Date ? value.getTime() : value;
  return Buffer.from(JSON.stringify([fingerprint(list), plain, id])).toString('base64url');
}

/**
 * Reads a cursor back. Throws BadCursorError for one of another list, for one whose value the field cannot hold,
 * and for a text that is no cursor at all.
 */
export function readCursor(list: unknown, kind: ValueKind, cursor: string): PlaceInList {
  const [print, plain, id, ...rest] = partsOf(cursor);
  const value = valueOf(plain, kind);
  if (typeof print !== 'string' || value === undefined || typeof id !== 'string' || rest.length > 0)
    throw new BadCursorError(cursor, 'must be the nextCursor of an earlier page');
  if (print !== fingerprint(list))
    throw new BadCursorError(cursor, 'must come from a page with the same filters and sorting');
  return { value, id };
}

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

/** Undefined where the field could never hold it. */
function valueOf(plain: unknown, kind: ValueKind): PlaceInList['value'] | undefined {
  if (plain === null) return null;
  if (kind === 'text') return typeof plain === 'string' ? plain : undefined;
  if (typeof plain !== 'number' || !Number.isFinite(plain)) return undefined;
  if (kind === 'number') return plain;
  const date = new Date(plain);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const fingerprint = (list: unknown): string =>
  createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 12);
