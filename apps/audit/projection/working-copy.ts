import type { RecordWrite } from './write-records.js';

/** A record while a batch is folded into it, and what has changed so far. */
export interface WorkingCopy<T> {
  record: T | null;
  readonly isNew: boolean;
  readonly set: Record<string, unknown>;
}

export function workingCopy<T>(record: T | null | undefined): WorkingCopy<T> {
  return { record: record ?? null, isNew: !record, set: {} };
}

/** Takes changes in: several events of one record in a batch become one write. */
export function change<T extends { lastSeq: number }>(copy: WorkingCopy<T>, changes: Partial<T>): void {
  copy.record = Object.assign(copy.record ?? ({} as T), changes);
  Object.assign(copy.set, changes);
}

/** Lists the writes of the copies that have changed. */
export function writesOf<T extends { lastSeq: number }>(
  copies: ReadonlyMap<string, WorkingCopy<T>>,
): RecordWrite[] {
  const writes: RecordWrite[] = [];
  for (const [id, { record, isNew, set }] of copies) {
    if (!record || Object.keys(set).length === 0) continue;
    delete set._id;
    writes.push({ id, seq: record.lastSeq, set, isNew });
  }
  return writes;
}
