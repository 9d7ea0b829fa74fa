import { createHash } from 'node:crypto';
import { jetstream, JetStreamApiError } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import type { BodyStore } from '../claim-check.js';
import { LogUnavailableError } from '../errors.js';
import { BrokerHeader } from '../headers.js';
import { nanos } from '../streams.js';
import { isPassing, refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import { ObjectChunks } from './object-chunks.js';
import type { Publisher } from './publisher.js';
import { StoredMessages } from './stored-messages.js';

/** What a bucket says of an object. Source: NATS ADR-20. */
interface ObjectInfo {
  readonly nuid: string;
  readonly digest: string;
  readonly deleted?: boolean;
}

/** The same, and where it stands in the stream. */
type Noted = ObjectInfo & { readonly seq: number };

/**
 * Keeps large bodies in a bucket of the broker's object store. The client's own way of doing so is not used:
 *
 * 1. It takes an object's chunks back when the answer to the note about them is lost, though the note may be stored, and
 *    the chunks of whoever wrote the same name before, though they may be being read. Here chunks are shared by all who
 *    write a name, whose bytes are the same, and stay as long as it does.
 * 2. It waits for a chunk that does not come for as long as the connection stands. Here what the leader does not hold is
 *    gone, and whatever is not answered ends with the publisher's patience.
 */
export class ObjectBodies implements BodyStore {
  private opened: Promise<unknown> | undefined;
  private readonly stored: StoredMessages;
  private readonly chunks: ObjectChunks;

  constructor(
    private readonly publisher: Publisher,
    private readonly bucket: string,
    private readonly replicas: () => number,
    /** How long the bucket keeps an object; for ever unless given. */
    private readonly ageMs?: number,
  ) {
    this.stored = new StoredMessages(publisher, `OBJ_${bucket}`);
    this.chunks = new ObjectChunks(publisher, `OBJ_${bucket}`, this.stored);
  }

  async put(name: string, body: Uint8Array): Promise<void> {
    await this.open(`storing ${name}`);
    const subject = this.chunksOf(idOf(name));
    for (;;) {
      const before = await this.look(name);
      // Same name, same bytes: a repeat need not be sent again, unless they were taken back (1).
      if (before && !before.deleted && (await this.stored.last(this.chunksOf(before.nuid)))) return;
      const chunks = await this.chunks.write(subject, body);
      if (await this.note(name, body, chunks, before?.seq ?? 0)) return;
    }
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    await this.open(`fetching ${name}`);
    for (let found = await this.look(name); found && !found.deleted;) {
      const { bytes } = await this.chunks.read(this.chunksOf(found.nuid));
      if (digestOf(bytes) === found.digest) return bytes;
      const again = await this.look(name);
      if (again?.seq === found.seq) return undefined;
      found = again;
    }
    return undefined;
  }

  /** Leaves nothing behind: the store itself would keep a note of each deleted object for ever. */
  async delete(name: string): Promise<void> {
    await this.open(`deleting ${name}`);
    const found = await this.look(name);
    // Chunks may lie there without a note, from a writing that was broken off.
    for (const id of new Set([idOf(name), ...(found ? [found.nuid] : [])]))
      await this.purge(this.chunksOf(id), name);
    if (found) await this.purge(this.noteOf(name), name);
  }

  /** Says of an object that it is there; false where somebody has said something of it since. */
  private async note(name: string, body: Uint8Array, chunks: number, expected: number): Promise<boolean> {
    const info = {
      name,
      bucket: this.bucket,
      nuid: idOf(name),
      size: body.length,
      chunks,
      mtime: new Date().toISOString(),
      digest: digestOf(body),
      deleted: false,
    };
    const headers = { [BrokerHeader.expectedSubjectSeq]: String(expected), 'Nats-Rollup': 'sub' };
    const message = { subject: this.noteOf(name), headers, body: Buffer.from(JSON.stringify(info)) };
    return 'seq' in (await this.publisher.store(message, `storing ${name}`));
  }

  private async look(name: string): Promise<Noted | undefined> {
    const found = await this.stored.last(this.noteOf(name));
    return found && { ...(JSON.parse(Buffer.from(found.body).toString()) as ObjectInfo), seq: found.seq };
  }

  private async purge(filter: string, name: string): Promise<void> {
    const answer = await this.publisher.ask<{ error?: BrokerRefusal }>(
      `$JS.API.STREAM.PURGE.OBJ_${this.bucket}`,
      { filter },
      `deleting ${name}`,
    );
    if (answer.error) throw refused(answer.error);
  }

  private noteOf(name: string): string {
    return `$O.${this.bucket}.M.${inUrl(Buffer.from(name).toString('base64'))}`;
  }

  private chunksOf(id: string): string {
    return `$O.${this.bucket}.C.${id}`;
  }

  /** Makes the bucket where it is missing; repeats what the broker did not answer, within the publisher's patience. */
  private async open(doing: string): Promise<void> {
    const { patience, link, connection } = this.publisher;
    const giveUpAt = performance.now() + patience.giveUpMs;
    for (let tries = 1; ; tries++) {
      try {
        await (this.opened ??= this.provide());
        return;
      } catch (error) {
        this.opened = undefined;
        const refusal = error instanceof JetStreamApiError ? error.apiError() : undefined;
        if (refusal && !isPassing(refusal)) throw refused(refusal);
        const left = giveUpAt - performance.now();
        if (left <= 0 || connection.isClosed()) throw new LogUnavailableError(doing, { cause: error });
        await link.pauseBeforeRetry(tries, left);
      }
    }
  }

  private provide(): Promise<unknown> {
    const client = jetstream(this.publisher.connection, { timeout: this.publisher.patience.attemptMs });
    return new Objm(client).create(this.bucket, {
      replicas: this.replicas(),
      ...(this.ageMs === undefined ? {} : { ttl: nanos(this.ageMs) }),
    });
  }
}

/** Base64 as the store writes it into subjects and digests: with padding. Source: NATS ADR-20. */
const inUrl = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

const digestOf = (bytes: Uint8Array): string =>
  `SHA-256=${inUrl(createHash('sha256').update(bytes).digest('base64'))}`;

/** The same for all who write a name. */
const idOf = (name: string): string => createHash('sha256').update(name).digest('base64url');
