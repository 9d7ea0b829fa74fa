import { KeyExistsError, RevisionConflictError } from '../errors.js';
import { decodeKey, encodeKey } from '../key.js';
import type {
  Buckets,
  ChangedValue,
  CreateOptions,
  Key,
  KeyValues,
  PutOptions,
  StoredValue,
  Watching,
} from '../key-values.js';
import { decodeValue, encodeValue, lifeSeconds } from '../value.js';

interface Held {
  readonly body: Buffer;
  readonly revision: number;
  readonly endsAt: number;
}

/** Keeps values in this process, with the time that it is given. */
export class MemoryKeyValues implements KeyValues {
  private readonly held = new Map<string, Held>();
  private readonly watches = new Set<(encoded: string) => void>();
  private revision = 0;

  constructor(
    private readonly bucket: string,
    /** Milliseconds; only differences count. */
    private readonly now: () => number,
  ) {}

  async get(key: Key): Promise<StoredValue | undefined> {
    const found = this.find(encodeKey(key));
    return found && { value: decodeValue(found.body), revision: found.revision };
  }

  async create(key: Key, value: unknown, options: CreateOptions = {}): Promise<number> {
    const encoded = encodeKey(key);
    const body = encodeValue(this.bucket, key, value);
    if (this.find(encoded)) throw new KeyExistsError(this.bucket, key);
    return this.write(encoded, body, options.ttlMs);
  }

  async put(key: Key, value: unknown, { expected, ttlMs }: PutOptions = {}): Promise<number> {
    const encoded = encodeKey(key);
    const body = encodeValue(this.bucket, key, value);
    this.expect(key, encoded, expected);
    return this.write(encoded, body, ttlMs);
  }

  async delete(key: Key, { expected }: { readonly expected?: number } = {}): Promise<void> {
    const encoded = encodeKey(key);
    this.expect(key, encoded, expected);
    this.held.delete(encoded);
  }

  async keys(prefix: Key = []): Promise<Key[]> {
    const start = prefix.length === 0 ? '' : `${encodeKey(prefix)}.`;
    return [...this.held.keys()]
      .filter((encoded) => encoded.startsWith(start) && this.find(encoded))
      .map(decodeKey);
  }

  async watch(prefix: Key, listener: (changed: ChangedValue) => void): Promise<Watching> {
    const start = prefix.length === 0 ? '' : `${encodeKey(prefix)}.`;
    const tell = (encoded: string): void => {
      const found = encoded.startsWith(start) ? this.find(encoded) : undefined;
      if (found)
        listener({ key: decodeKey(encoded), value: decodeValue(found.body), revision: found.revision });
    };
    [...this.held.keys()].forEach(tell);
    this.watches.add(tell);
    return { close: () => void this.watches.delete(tell) };
  }

  private find(encoded: string): Held | undefined {
    const found = this.held.get(encoded);
    if (!found || found.endsAt > this.now()) return found;
    this.held.delete(encoded);
    return undefined;
  }

  private expect(key: Key, encoded: string, expected: number | undefined): void {
    if (expected !== undefined && this.find(encoded)?.revision !== expected)
      throw new RevisionConflictError(this.bucket, key, expected);
  }

  private write(encoded: string, body: Buffer, ttlMs: number | undefined): number {
    const endsAt = ttlMs === undefined ? Infinity : this.now() + lifeSeconds(ttlMs) * 1_000;
    this.revision += 1;
    this.held.set(encoded, { body, revision: this.revision, endsAt });
    this.watches.forEach((tell) => tell(encoded));
    return this.revision;
  }
}

/** Buckets in this process, for tests and for trying things out. */
export function memoryBuckets(options: { readonly now?: () => number } = {}): Buckets {
  const { now = () => Date.now() } = options;
  const opened = new Map<string, KeyValues>();
  return {
    open: (bucket) => {
      const values = opened.get(bucket) ?? new MemoryKeyValues(bucket, now);
      opened.set(bucket, values);
      return values;
    },
  };
}
