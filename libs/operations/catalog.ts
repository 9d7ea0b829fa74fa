import { Logger } from '@nestjs/common';
import { JetStreamApiError, jetstream } from '@nats-io/jetstream';
import type { JetStreamClient } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { describeOperation, keyOf } from './catalog-entry.js';
import type { CatalogEntry, FlowDescription, OperationDescription } from './catalog-entry.js';
import type { OperationContract } from './contract.js';
import { untilAnswered } from './until-answered.js';

const BUCKET = 'CATALOG';
/** How long one try waits for its answer, in milliseconds. */
const ATTEMPT_MS = 2_000;
const STREAM_NOT_FOUND = 10059;

/** The catalog is to be as safe as the run log. */
async function copiesOfTheLog(client: JetStreamClient): Promise<number> {
  const { streams } = await client.jetstreamManager();
  try {
    return (await streams.info('RUN')).config.num_replicas;
  } catch (error) {
    // Not made so far: one copy, as it would have.
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return 1;
    throw error;
  }
}

/**
 * What every service offers, kept in a bucket and followed by each process: reading costs nothing.
 */
export class Catalog {
  private readonly logger = new Logger(Catalog.name);
  private readonly entries = new Map<string, { entry: CatalogEntry; text: string }>();
  /** All entries by name, until one of them changes. */
  private inOrder: readonly CatalogEntry[] | undefined;
  private readonly listeners = new Set<() => void>();
  private stopWatching: () => void = () => undefined;
  private readonly closing = new AbortController();
  private bucket: Promise<KV> | undefined;

  private constructor(private readonly nats: NatsConnection) {}

  /**
   * Makes the bucket where it is missing, reads what it holds and follows it from then on. While the broker is away it
   * waits; only a closed connection ends that.
   */
  static async open(nats: NatsConnection): Promise<Catalog> {
    const catalog = new Catalog(nats);
    await catalog.follow();
    return catalog;
  }

  /** Publishes the operations of a service and takes back those that it no longer offers. */
  async publishService(service: string, contracts: readonly OperationContract[]): Promise<void> {
    const offered = contracts.map(describeOperation);
    const keys = new Set(offered.map(keyOf));
    const gone = this.byService(service).filter((entry) => !keys.has(keyOf(entry)));
    await Promise.all(offered.map((entry) => this.publish(entry)));
    await Promise.all(gone.map((entry) => this.remove(keyOf(entry))));
  }

  /** Publishes a flow that can be started. */
  async publishFlow(flow: Omit<FlowDescription, 'kind'>): Promise<void> {
    await this.publish({ kind: 'flow', ...flow });
  }

  /** Takes back a flow. */
  async removeFlow(name: string): Promise<void> {
    await this.remove(`flow.${name}`);
  }

  /** Finds an operation by name, in one service or in whichever has it. */
  get(name: string, service?: string): OperationDescription | undefined {
    return this.list().find(
      (entry) => entry.name === name && (service === undefined || entry.service === service),
    );
  }

  /** Lists the operations by name. */
  list(): OperationDescription[] {
    return this.sorted().filter((entry) => entry.kind === 'operation');
  }

  byCategory(category: string): OperationDescription[] {
    return this.list().filter((entry) => entry.category === category);
  }

  byTag(tag: string): OperationDescription[] {
    return this.list().filter((entry) => entry.tags.includes(tag));
  }

  byService(service: string): OperationDescription[] {
    return this.list().filter((entry) => entry.service === service);
  }

  /** Finds operations whose name, description, category, service or tags contain every word of a text. */
  search(text: string): OperationDescription[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return this.list().filter((entry) => {
      const said = [entry.name, entry.description, entry.category, entry.service, ...entry.tags]
        .join(' ')
        .toLowerCase();
      return words.every((word) => said.includes(word));
    });
  }

  /** Finds a flow by its name or one of its aliases. */
  flow(name: string): FlowDescription | undefined {
    const flows = this.flows();
    return flows.find((flow) => flow.name === name) ?? flows.find((flow) => flow.aliases.includes(name));
  }

  /** Lists the flows by name. */
  flows(): FlowDescription[] {
    return this.sorted().filter((entry) => entry.kind === 'flow');
  }

  /** Calls a listener after each change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.stopWatching();
  }

  private sorted(): readonly CatalogEntry[] {
    this.inOrder ??= [...this.entries.values()]
      .map(({ entry }) => entry)
      .sort((a, b) => a.name.localeCompare(b.name));
    return this.inOrder;
  }

  /** Throws SyntaxError. */
  private set(key: string, text: string): void {
    this.entries.set(key, { entry: JSON.parse(text) as CatalogEntry, text });
    this.inOrder = undefined;
  }

  private delete(key: string): boolean {
    this.inOrder = undefined;
    return this.entries.delete(key);
  }

  private async publish(entry: CatalogEntry): Promise<void> {
    const key = keyOf(entry);
    const text = JSON.stringify(entry);
    if (this.entries.get(key)?.text === text) return; // an unchanged entry wakes nobody
    await this.ask((bucket) => bucket.put(key, text));
    this.set(key, text);
  }

  private async remove(key: string): Promise<void> {
    await this.ask((bucket) => bucket.purge(key));
    this.delete(key);
  }

  /** Asks something of the bucket, which is made where it is missing, until the broker answers. */
  private ask<T>(work: (bucket: KV) => Promise<T>): Promise<T> {
    const attempt = async (): Promise<T> => {
      try {
        this.bucket ??= this.make();
        return await work(await this.bucket);
      } catch (error) {
        this.bucket = undefined;
        throw error;
      }
    };
    return untilAnswered(this.nats, attempt, {
      until: this.closing.signal,
      onAway: (error) => this.logger.warn(`the catalog waits for the broker: ${String(error)}`),
    });
  }

  private async make(): Promise<KV> {
    const client = jetstream(this.nats, { timeout: ATTEMPT_MS });
    return new Kvm(client).create(BUCKET, { history: 1, replicas: await copiesOfTheLog(client) });
  }

  /** Resolves once what the bucket held at the beginning is read. A watch that ends by itself is begun anew. */
  private async follow(): Promise<void> {
    for (let isRead = false; !isRead;) {
      const { watch, values } = await this.ask(async (bucket) => {
        const { values } = await bucket.status();
        return { values, watch: await bucket.watch() };
      });
      this.stopWatching = () => watch.stop();
      if (this.closing.signal.aborted) watch.stop();
      isRead = (await this.read(watch, values)) || this.closing.signal.aborted;
    }
  }

  /** Resolves when a watch has brought all that the bucket holds: false where it has ended before. */
  private read(watch: AsyncIterable<KvWatchEntry>, values: number): Promise<boolean> {
    return new Promise((resolve) => {
      let isRead = values === 0;
      if (isRead) resolve(true);
      const reading = async (): Promise<void> => {
        for await (const change of watch) {
          this.apply(change);
          isRead ||= change.delta === 0;
          if (isRead) resolve(true);
        }
        resolve(false);
        if (!isRead || this.closing.signal.aborted) return;
        this.logger.warn('the watch over the catalog has ended and begins anew');
        await this.follow();
      };
      reading().catch((error: unknown) => {
        resolve(false);
        if (!this.closing.signal.aborted)
          this.logger.error(`the catalog is no longer followed: ${String(error)}`);
      });
    });
  }

  private apply(change: KvWatchEntry): void {
    if (change.operation === 'PUT') {
      const text = change.string();
      if (this.entries.get(change.key)?.text === text) return;
      try {
        this.set(change.key, text);
      } catch (error) {
        this.logger.error(`the catalog entry ${change.key} cannot be read: ${String(error)}`);
        return;
      }
    } else if (!this.delete(change.key)) return;
    this.listeners.forEach((listener) => listener());
  }
}
