import { KEY_RECORDS, KeyRecords, statusOf, type KeyRecord } from '#libs/key-registry';
import type { KeyValues, Watching } from '#libs/key-values';
import { newKeyId, newSecret, hashOf, writeKey } from './api-key.js';

const USES = 'used';

/** How long a key that is over is still listed. */
const AFTERLIFE_MS = 30 * 24 * 3_600_000;
/** A key in use is written down as used this often, by each gateway. */
const USE_EVERY_MS = 60_000;

export type NewKey = Pick<KeyRecord, 'name' | 'userId' | 'role' | 'permissions' | 'expiresAt' | 'createdBy'>;

/** A key together with the one text that opens it, which is told once and kept nowhere. */
export interface MadeKey {
  readonly record: KeyRecord;
  readonly key: string;
}

export interface KeyRingOptions {
  readonly now?: () => number;
  /** Hears of a use that could not be written down. */
  readonly onUnwritten?: (error: unknown) => void;
}

/**
 * All keys, in memory, as the bucket holds them: what one gateway changes the others know within milliseconds.
 *
 * 1. A change is made in the bucket by compare-and-set, then here; the watch brings it to the others.
 * 2. A revoked key stays for a month, so that the list tells of it. Its record is written over, never removed: of what
 *    is removed a watch would not tell.
 * 3. When a key was used last lies beside it, so that noting a use can never undo a revocation.
 */
export class KeyRing {
  private readonly uses = new Map<string, number>();
  private readonly noted = new Map<string, number>();
  private watch: Watching | undefined;
  readonly now: () => number;

  private constructor(
    private readonly values: KeyValues,
    private readonly records: KeyRecords,
    private readonly options: KeyRingOptions,
  ) {
    this.now = options.now ?? Date.now;
  }

  /** Reads all keys and follows them from then on. The bucket is made where it is missing. */
  static async open(values: KeyValues, options: KeyRingOptions = {}): Promise<KeyRing> {
    const ring = new KeyRing(values, await KeyRecords.open(values), options);
    ring.watch = await values.watch([USES], ({ key, value }) => ring.uses.set(key[1] ?? '', value as number));
    return ring;
  }

  find(id: string): KeyRecord | undefined {
    return this.records.find(id);
  }

  lastUsedAt(id: string): number | undefined {
    return this.uses.get(id);
  }

  /** Lists all keys, the latest first. */
  list(): readonly KeyRecord[] {
    return this.records
      .list()
      .filter((record) => (lifeOf(record, this.now()).ttlMs ?? Infinity) > 1)
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id));
  }

  /** Makes a key. With an id, throws KeyExistsError where it is taken. */
  async create(wanted: NewKey, id: string = newKeyId()): Promise<MadeKey> {
    const secret = newSecret();
    const record: KeyRecord = {
      ...wanted,
      id,
      hash: hashOf(secret),
      previous: null,
      createdAt: this.time(),
      rotatedAt: null,
      revokedAt: null,
    };
    const life = lifeOf(record, this.now());
    this.records.take(record, await this.values.create([KEY_RECORDS, id], record, life));
    return { record, key: writeKey({ id, secret }) };
  }

  /** Makes a key be taken no more; one that is revoked already stays as it is. Undefined where there is none. */
  revoke(id: string): Promise<KeyRecord | undefined> {
    return this.change(id, (record) =>
      record.revokedAt === null ? { ...record, previous: null, revokedAt: this.time() } : record,
    );
  }

  /**
   * Gives a key a new secret; the old one is taken for `graceMs` more. Undefined where there is none that is taken.
   */
  async rotate(id: string, graceMs: number): Promise<MadeKey | undefined> {
    const secret = newSecret();
    const record = await this.change(id, (old) =>
      statusOf(old, this.now()) === 'active'
        ? {
            ...old,
            hash: hashOf(secret),
            previous:
              graceMs > 0 ? { hash: old.hash, until: new Date(this.now() + graceMs).toISOString() } : null,
            rotatedAt: this.time(),
          }
        : old,
    );
    return record?.hash === hashOf(secret) ? { record, key: writeKey({ id, secret }) } : undefined;
  }

  /** Notes that a key was used, seldom enough to cost nothing. */
  use(id: string): void {
    const now = this.now();
    if (now - (this.noted.get(id) ?? -Infinity) < USE_EVERY_MS) return;
    this.noted.set(id, now);
    this.uses.set(id, now);
    const record = this.find(id);
    this.values
      .put([USES, id], now, record ? lifeOf(record, now) : {})
      .catch((error: unknown) => this.options.onUnwritten?.(error));
  }

  /** Calls back whenever a key changes, until the returned function is called. */
  onChange(id: string, listener: (record: KeyRecord) => void): () => void {
    return this.records.onChange(id, listener);
  }

  close(): void {
    this.records.close();
    this.watch?.close();
  }

  private async change(id: string, to: (record: KeyRecord) => KeyRecord): Promise<KeyRecord | undefined> {
    for (;;) {
      const stored = await this.values.get([KEY_RECORDS, id]);
      if (!stored) return undefined;
      const old = stored.value as KeyRecord;
      const record = to(old);
      if (record === old) return old;
      try {
        const life = lifeOf(record, this.now());
        const expected = stored.revision;
        const revision = await this.values.put([KEY_RECORDS, id], record, { ...life, expected });
        this.records.take(record, revision);
        return record;
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
  }

  private time(): string {
    return new Date(this.now()).toISOString();
  }
}

/** A key that is over goes by itself, a month later. */
function lifeOf({ revokedAt, expiresAt }: KeyRecord, now: number): { ttlMs?: number } {
  if (revokedAt !== null) return { ttlMs: Math.max(1, Date.parse(revokedAt) + AFTERLIFE_MS - now) };
  return expiresAt === null ? {} : { ttlMs: Math.max(1, Date.parse(expiresAt) + AFTERLIFE_MS - now) };
}

const isConflict = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'key-values/revision-conflict';
