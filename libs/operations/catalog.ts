import { Logger } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { describeOperation, keyOf } from './catalog-entry.js';
import type { CatalogEntry, FlowDescription, OperationDescription } from './catalog-entry.js';
import type { OperationContract } from './contract.js';

const BUCKET = 'CATALOG';

/** The catalog is to be as safe as the run log. */
async function copiesOfTheLog(nats: NatsConnection): Promise<number> {
  const { streams } = await jetstreamManager(nats);
  const found = await streams.info('RUN').catch(() => undefined); // Not made so far: one copy, as it would have.
  return found?.config.num_replicas ?? 1;
}

/**
 * What every service offers, kept in a bucket and followed by each process: reading costs nothing.
 */
export class Catalog {
  private readonly logger = new Logger(Catalog.name);
  private readonly entries = new Map<string, { entry: CatalogEntry; text: string }>();
  private readonly listeners = new Set<() => void>();
  private stopWatching: () => void = () => undefined;
  private closed = false;

  private constructor(private readonly bucket: KV) {}

  /** Makes the bucket where it is missing, reads what it holds and follows it from then on. */
  static async open(nats: NatsConnection): Promise<Catalog> {
    const bucket = await new Kvm(nats).create(BUCKET, { history: 1, replicas: await copiesOfTheLog(nats) });
    const catalog = new Catalog(bucket);
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
    this.closed = true;
    this.stopWatching();
  }

  private sorted(): CatalogEntry[] {
    return [...this.entries.values()].map(({ entry }) => entry).sort((a, b) => a.name.localeCompare(b.name));
  }

  private async publish(entry: CatalogEntry): Promise<void> {
    const key = keyOf(entry);
    const text = JSON.stringify(entry);
    if (this.entries.get(key)?.text === text) return; // an unchanged entry wakes nobody
    await this.bucket.put(key, text);
    this.entries.set(key, { entry: JSON.parse(text) as CatalogEntry, text });
  }

  private async remove(key: string): Promise<void> {
    await this.bucket.purge(key);
    this.entries.delete(key);
  }

  /** Resolves once what the bucket held at the beginning is read. */
  private async follow(): Promise<void> {
    const { values } = await this.bucket.status();
    const watch = await this.bucket.watch();
    this.stopWatching = () => watch.stop();
    await new Promise<void>((resolve) => {
      if (values === 0) resolve();
      void (async () => {
        for await (const change of watch) {
          this.apply(change);
          if (change.delta === 0) resolve();
        }
        resolve();
        if (!this.closed) this.logger.warn('the catalog is no longer followed: its watch has ended');
      })();
    });
  }

  private apply(change: KvWatchEntry): void {
    if (change.operation === 'PUT') {
      const text = change.string();
      if (this.entries.get(change.key)?.text === text) return;
      try {
        this.entries.set(change.key, { entry: JSON.parse(text) as CatalogEntry, text });
      } catch (error) {
        this.logger.error(`the catalog entry ${change.key} cannot be read: ${String(error)}`);
        return;
      }
    } else if (!this.entries.delete(change.key)) return;
    this.listeners.forEach((listener) => listener());
  }
}
