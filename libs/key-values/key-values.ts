/** Parts of a key; any text that a person may come up with may stand in one. */
export type Key = readonly string[];

/** What is kept under a key. */
export interface StoredValue {
  /** As JSON gives it back. */
  readonly value: unknown;
  /** Rises with each write to the bucket; names this very write. */
  readonly revision: number;
}

export interface CreateOptions {
  /** How long the value lives, in milliseconds, rounded up to whole seconds; for ever if left out. */
  readonly ttlMs?: number;
}

export interface PutOptions extends CreateOptions {
  /** Writes only over this revision. */
  readonly expected?: number;
}

/**
 * Values by key, in one bucket.
 *
 * Every read is answered by whoever takes the writes, so that it never lags behind one. All methods throw
 * KeyValuesUnavailableError where no answer comes in time, and InvalidKeyError.
 */
export interface KeyValues {
  get(key: Key): Promise<StoredValue | undefined>;
  /** Writes a new key and returns the revision. Throws KeyExistsError, ValueTooLargeError, StorageFullError. */
  create(key: Key, value: unknown, options?: CreateOptions): Promise<number>;
  /**
   * Writes a key, new or not, and returns the revision; its life begins anew. Throws RevisionConflictError,
   * ValueTooLargeError, StorageFullError.
   */
  put(key: Key, value: unknown, options?: PutOptions): Promise<number>;
  /** Removes a key; one that is not there is no error. With an expected revision, throws RevisionConflictError. */
  delete(key: Key, options?: { readonly expected?: number }): Promise<void>;
  /** Lists the keys that begin with these parts and go on. */
  keys(prefix?: Key): Promise<Key[]>;
  /**
   * Tells of every value whose key begins with these parts and goes on, as it stands and whenever it is written, until
   * it is closed. Resolves once all that stood there has been told of. The same value may be told of twice, and of one
   * that is removed or whose time is over nothing is told.
   */
  watch(prefix: Key, listener: (changed: ChangedValue) => void): Promise<Watching>;
}

/** A value of which a watch tells. */
export interface ChangedValue extends StoredValue {
  readonly key: Key;
}

export interface Watching {
  close(): void;
}

/** Opens buckets by name. Opening costs nothing; a bucket is made when it is first used. */
export interface Buckets {
  open(bucket: string): KeyValues;
}
