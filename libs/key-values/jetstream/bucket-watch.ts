import { Kvm } from '@nats-io/kv';
import type { KvWatchEntry } from '@nats-io/kv';
import { decodeKey, encodeKey } from '../key.js';
import type { Key, Watching } from '../key-values.js';
import type { Patience } from './patience.js';

/** The pause before a watch that could not be begun anew is tried again. */
const AGAIN_MS = 1_000;

/** Hears of a key that holds something new; the body is that of its message. */
type Heard = (key: Key, change: KvWatchEntry) => void;

/**
 * Follows a bucket from what it holds on. The client's watch asks again for what it missed while the broker was away;
 * one that ends by itself is begun anew, and then tells again what it had told.
 */
export class BucketWatch implements Watching {
  private closed = false;
  private stop: () => void = () => undefined;

  constructor(
    private readonly bucket: string,
    private readonly patience: Patience,
    private readonly prefix: Key,
    private readonly heard: Heard,
  ) {}

  /** Resolves once all that the bucket held has been heard of. */
  async begin(): Promise<void> {
    while (!this.closed && !(await this.follow()));
  }

  close(): void {
    this.closed = true;
    this.stop();
  }

  private async follow(): Promise<boolean> {
    const key = this.prefix.length === 0 ? '>' : `${encodeKey(this.prefix)}.>`;
    const { watch, count } = await this.patience.ask(async ({ client, manager, stream }) => {
      const { state } = await manager.streams.info(stream, { subjects_filter: `$KV.${this.bucket}.${key}` });
      const bucket = await new Kvm(client).open(this.bucket);
      return { watch: await bucket.watch({ key }), count: Object.keys(state.subjects ?? {}).length };
    });
    this.stop = () => watch.stop();
    if (this.closed) watch.stop();
    return new Promise((resolve, reject) => {
      this.read(watch, count === 0, resolve).catch(reject);
    });
  }

  private async read(
    watch: AsyncIterable<KvWatchEntry>,
    nothingThere: boolean,
    resolve: (isRead: boolean) => void,
  ): Promise<void> {
    let isRead = nothingThere;
    if (isRead) resolve(true);
    for await (const change of watch) {
      if (change.operation === 'PUT') this.heard(decodeKey(change.key), change);
      isRead ||= change.delta === 0;
      if (isRead) resolve(true);
    }
    resolve(false);
    if (isRead) await this.beginAnew();
  }

  /** Whoever follows a bucket relies on hearing of it, so there is no giving up before it is closed. */
  private async beginAnew(): Promise<void> {
    while (!this.closed) {
      try {
        return await this.begin();
      } catch {
        await new Promise<void>((resolve) => void setTimeout(resolve, AGAIN_MS).unref());
      }
    }
  }
}
