import type { KeyValues, Watching } from '#libs/key-values';
import { KEY_RECORDS, type KeyRecord } from './key-record.js';

/**
 * The records of all keys, in memory, as the bucket holds them: what is changed anywhere is known here within
 * milliseconds. A record never goes back: what the watch tells late is left aside by its revision.
 */
export class KeyRecords {
  private readonly records = new Map<string, { readonly record: KeyRecord; readonly revision: number }>();
  private readonly listeners = new Map<string, Set<(record: KeyRecord) => void>>();
  private watch: Watching | undefined;

  /** Reads all keys and follows them from then on. The bucket is made where it is missing. */
  static async open(values: KeyValues): Promise<KeyRecords> {
    const records = new KeyRecords();
    records.watch = await values.watch([KEY_RECORDS], ({ value, revision }) =>
      records.take(value as KeyRecord, revision),
    );
    return records;
  }

  find(id: string): KeyRecord | undefined {
    return this.records.get(id)?.record;
  }

  /** Lists them in no order, and those whose life is over too. */
  list(): readonly KeyRecord[] {
    return [...this.records.values()].map(({ record }) => record);
  }

  /** Takes over what was written here, before the watch tells of it. */
  take(record: KeyRecord, revision: number): void {
    if (revision <= (this.records.get(record.id)?.revision ?? 0)) return;
    this.records.set(record.id, { record, revision });
    for (const listener of [...(this.listeners.get(record.id) ?? [])]) listener(record);
  }

  /** Calls back whenever a key changes, until the returned function is called. */
  onChange(id: string, listener: (record: KeyRecord) => void): () => void {
    const listeners = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(id) === listeners) this.listeners.delete(id);
    };
  }

  close(): void {
    this.watch?.close();
  }
}
