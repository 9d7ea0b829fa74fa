import { jetstream, JetStreamApiError } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import type { ObjectStore } from '@nats-io/obj';
import type { BodyStore } from '../claim-check.js';
import { LogUnavailableError } from '../errors.js';
import { nanos } from '../streams.js';
import { isPassing, refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import type { Publisher } from './publisher.js';

/** Keeps large bodies in a bucket of the broker's object store. */
export class ObjectBodies implements BodyStore {
  private opened: Promise<ObjectStore> | undefined;

  constructor(
    private readonly publisher: Publisher,
    private readonly bucket: string,
    private readonly replicas: () => number,
    /** How long the bucket keeps an object; for ever unless given. */
    private readonly ageMs?: number,
  ) {}

  async put(name: string, body: Uint8Array): Promise<void> {
    await this.guard(`storing ${name}`, async (store) => {
      // Same name, same bytes: a repeat need not be sent again.
      const there = await store.info(name);
      if (!there || there.deleted) await store.putBlob({ name }, body);
    });
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    return this.guard(`fetching ${name}`, async (store) => (await store.getBlob(name)) ?? undefined);
  }

  /** Leaves nothing behind: the store itself would keep a note of each deleted object for ever. */
  async delete(name: string): Promise<void> {
    await this.guard(`deleting ${name}`, async (store) => {
      const there = await store.info(name);
      if (!there) return;
      if (!there.deleted) await store.delete(name);
      const filter = `$O.${this.bucket}.M.${encoded(name)}`;
      await this.publisher.ask(`$JS.API.STREAM.PURGE.OBJ_${this.bucket}`, { filter }, `deleting ${name}`);
    });
  }

  /** Repeats what the broker did not answer, within the publisher's patience. */
  private async guard<T>(doing: string, work: (store: ObjectStore) => Promise<T>): Promise<T> {
    const { patience, link, connection } = this.publisher;
    const giveUpAt = performance.now() + patience.giveUpMs;
    for (let tries = 1; ; tries++) {
      try {
        this.opened ??= this.open();
        return await work(await this.opened);
      } catch (error) {
        this.opened = undefined;
        const refusal = refusalIn(error);
        if (refusal && !isPassing(refusal)) throw refused(refusal);
        const left = giveUpAt - performance.now();
        if (left <= 0 || connection.isClosed()) throw new LogUnavailableError(doing, { cause: error });
        await link.pauseBeforeRetry(tries, left);
      }
    }
  }

  private open(): Promise<ObjectStore> {
    const client = jetstream(this.publisher.connection, { timeout: this.publisher.patience.attemptMs });
    return new Objm(client).create(this.bucket, {
      replicas: this.replicas(),
      ...(this.ageMs === undefined ? {} : { ttl: nanos(this.ageMs) }),
    });
  }
}

/** As the store writes names into subjects: with padding. Source: NATS ADR-20. */
const encoded = (name: string): string =>
  Buffer.from(name).toString('base64').replaceAll('+', '-').replaceAll('/', '_');

/** Reads the broker's refusal out of the client's error, where it is one. */
function refusalIn(error: unknown): BrokerRefusal | undefined {
  if (!(error instanceof JetStreamApiError)) return undefined;
  return error.apiError();
}
