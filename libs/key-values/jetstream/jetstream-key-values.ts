import { randomUUID } from 'node:crypto';
import { headers } from '@nats-io/transport-node';
import { KeyExistsError, RevisionConflictError, ValueLostError } from '../errors.js';
import { decodeKey, encodeKey } from '../key.js';
import type {
  ChangedValue,
  CreateOptions,
  Key,
  KeyValues,
  PutOptions,
  StoredValue,
  Watching,
} from '../key-values.js';
import { decodeValue, encodeValue, lifeSeconds } from '../value.js';
import { BucketWatch } from './bucket-watch.js';
import { valueSubject } from './bucket-stream.js';
import type { OpenBucket } from './bucket-stream.js';
import type { Patience } from './patience.js';
import { fetchPieces, needsPieces, removePieces, storePieces } from './pieces.js';
import type { PiecesRef } from './pieces.js';
import { isConflict, isRefused } from './refusals.js';

const Header = { write: 'Key-Values-Write', pieces: 'Key-Values-Pieces', operation: 'KV-Operation' } as const;
const NO_SUCH_MESSAGE = [10043, 10057];

/** The last message of a key, whatever it says. */
interface Entry {
  readonly revision: number;
  readonly body: Uint8Array;
  readonly writeId: string;
  readonly pieces?: PiecesRef;
  /** A marker that another tool has put in place of the value. */
  readonly deleted: boolean;
}

/**
 * A bucket on JetStream.
 *
 * 1. Reads ask the stream's leader: a replica that answers direct gets may lag behind it.
 * 2. Each write names itself in a header, so that one whose answer was lost is found again and not taken for
 *    somebody else's.
 * 3. Every write expects the revision that it replaces, and so knows which pieces nobody needs any more.
 * 4. A removed key leaves nothing behind: its message is deleted by its sequence, which no later write has.
 *
 * Source: NATS ADR-8 (key-value), ADR-43 (a life for each message).
 */
export class JetStreamKeyValues implements KeyValues {
  constructor(
    private readonly bucket: string,
    private readonly patience: Patience,
  ) {}

  async get(key: Key): Promise<StoredValue | undefined> {
    const encoded = encodeKey(key);
    return this.patience.ask(async (open) => {
      for (let lost: number | undefined; ;) {
        const entry = await this.read(open, encoded);
        if (!entry || entry.deleted) return undefined;
        const { revision, pieces } = entry;
        const body = pieces ? await fetchPieces(open, this.bucket, encoded, pieces) : entry.body;
        if (body) return { value: decodeValue(body), revision };
        // Replaced since it was read; a second look finds what took its place.
        if (revision === lost) throw new ValueLostError(this.bucket, key, revision);
        lost = revision;
      }
    });
  }

  async create(key: Key, value: unknown, { ttlMs }: CreateOptions = {}): Promise<number> {
    const encoded = encodeKey(key);
    const revision = await this.write(key, encoded, value, ttlMs, { revision: 0 });
    if (revision !== undefined) return revision;
    const there = await this.patience.ask((open) => this.read(open, encoded));
    if (there && !there.deleted) throw new KeyExistsError(this.bucket, key);
    const again = await this.write(key, encoded, value, ttlMs, there ?? { revision: 0 });
    if (again === undefined) throw new KeyExistsError(this.bucket, key);
    return again;
  }

  async put(key: Key, value: unknown, { expected, ttlMs }: PutOptions = {}): Promise<number> {
    const encoded = encodeKey(key);
    for (;;) {
      const current = await this.patience.ask((open) => this.read(open, encoded));
      this.expect(key, current, expected);
      const revision = await this.write(key, encoded, value, ttlMs, current ?? { revision: 0 });
      if (revision !== undefined) return revision;
      if (expected !== undefined) throw new RevisionConflictError(this.bucket, key, expected);
    }
  }

  async delete(key: Key, { expected }: { readonly expected?: number } = {}): Promise<void> {
    const encoded = encodeKey(key);
    for (;;) {
      const current = await this.patience.ask((open) => this.read(open, encoded));
      this.expect(key, current, expected);
      if (!current || (await this.remove(encoded, current))) return;
    }
  }

  async keys(prefix: Key = []): Promise<Key[]> {
    const start = prefix.length === 0 ? '' : `${encodeKey(prefix)}.`;
    const subjects_filter = valueSubject(this.bucket, `${start}>`);
    const { state } = await this.patience.ask(({ manager, stream }) =>
      manager.streams.info(stream, { subjects_filter }),
    );
    const root = valueSubject(this.bucket, '').length;
    return Object.keys(state.subjects ?? {}).map((subject) => decodeKey(subject.slice(root)));
  }

  async watch(prefix: Key, listener: (changed: ChangedValue) => void): Promise<Watching> {
    const watch = new BucketWatch(this.bucket, this.patience, prefix, (key, { value, revision }) => {
      if (value.length > 0) listener({ key, value: decodeValue(value), revision });
      // Large ones lie in pieces; one that is gone again by now was removed, of which nothing is told.
      else
        void this.get(key)
          .then((found) => found && listener({ key, ...found }))
          .catch(() => undefined);
    });
    await watch.begin();
    return watch;
  }

  private expect(key: Key, current: Entry | undefined, expected: number | undefined): void {
    if (expected === undefined) return;
    if (!current || current.deleted || current.revision !== expected)
      throw new RevisionConflictError(this.bucket, key, expected);
  }

  private async read({ manager, stream }: OpenBucket, encoded: string): Promise<Entry | undefined> {
    const message = await manager.streams.getMessage(stream, {
      last_by_subj: valueSubject(this.bucket, encoded),
    });
    if (!message) return undefined;
    const pieces = message.header.get(Header.pieces);
    return {
      revision: message.seq,
      body: message.data,
      writeId: message.header.get(Header.write),
      ...(pieces ? { pieces: JSON.parse(pieces) as PiecesRef } : {}),
      deleted: message.header.get(Header.operation) !== '',
    };
  }

  /** Writes over one revision; undefined where the key is at another. */
  private async write(
    key: Key,
    encoded: string,
    value: unknown,
    ttlMs: number | undefined,
    replaced: Pick<Entry, 'revision' | 'pieces'>,
  ): Promise<number | undefined> {
    const body = encodeValue(this.bucket, key, value);
    const life = ttlMs === undefined ? undefined : lifeSeconds(ttlMs);
    const writeId = randomUUID();
    const pieces = needsPieces(body) ? await this.storeLarge(encoded, writeId, body, life) : undefined;
    const wire = headers();
    wire.set(Header.write, writeId);
    if (pieces) wire.set(Header.pieces, JSON.stringify(pieces));
    const revision = await this.patience.ask(async (open, tries) => {
      try {
        const stored = await open.client.publish(
          valueSubject(this.bucket, encoded),
          pieces ? new Uint8Array(0) : body,
          {
            headers: wire,
            expect: { lastSubjectSequence: replaced.revision },
            ...(life === undefined ? {} : { ttl: `${life}s` }),
          },
        );
        return stored.seq;
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (tries === 1) return undefined;
        const there = await this.read(open, encoded);
        return there?.writeId === writeId ? there.revision : undefined;
      }
    });
    const unneeded = revision === undefined ? pieces : replaced.pieces;
    if (unneeded) await this.patience.ask((open) => removePieces(open, this.bucket, encoded, unneeded));
    return revision;
  }

  /** Leaves nothing behind where there is no room for all of it. */
  private async storeLarge(
    encoded: string,
    id: string,
    body: Buffer,
    life: number | undefined,
  ): Promise<PiecesRef> {
    try {
      return await this.patience.ask((open) => storePieces(open, this.bucket, encoded, id, body, life));
    } catch (error) {
      const unneeded = { id, count: 0 };
      await this.patience
        .ask((open) => removePieces(open, this.bucket, encoded, unneeded))
        .catch(() => undefined); // The refusal tells more.
      throw error;
    }
  }

  /** Removes one revision; false where the key has gone on to another. */
  private async remove(encoded: string, { revision, pieces }: Entry): Promise<boolean> {
    const removed = await this.patience.ask(async ({ manager, stream }, tries) => {
      try {
        return await manager.streams.deleteMessage(stream, revision, false);
      } catch (error) {
        // Where an earlier try was not answered it may have been that one.
        if (isRefused(error, ...NO_SUCH_MESSAGE)) return tries > 1;
        throw error;
      }
    });
    if (removed && pieces)
      await this.patience.ask((open) => removePieces(open, this.bucket, encoded, pieces));
    return removed;
  }
}
