import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '#libs/local-stack';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { BrokerNode } from './broker-node.js';
import type { Cleanup } from './cleanup.js';

const LOOK_EVERY_MS = 100;
const HEALTHY_WITHIN_MS = 30_000;

/** The broker of a session: one node, or three that form a cluster. */
export class Broker {
  private constructor(readonly nodes: readonly BrokerNode[]) {}

  static async start(
    cleanup: Cleanup,
    { binary, home, cluster }: { readonly binary: string; readonly home: string; readonly cluster: boolean },
  ): Promise<Broker> {
    const names = cluster ? ['broker-1', 'broker-2', 'broker-3'] : ['broker'];
    const routes = new Map<string, number>();
    if (cluster) for (const name of names) routes.set(name, await findFreePort());
    const nodes: BrokerNode[] = [];
    for (const name of names) {
      const own = routes.get(name);
      const others = [...routes].filter(([other]) => other !== name).map(([, port]) => port);
      const port = await findFreePort();
      nodes.push(
        new BrokerNode({ name, binary, home, port, routes: own === undefined ? [] : [own, ...others] }),
      );
    }
    const broker = new Broker(nodes);
    cleanup.add(() => Promise.all(nodes.map(async (node) => node.running?.kill())));
    await Promise.all(nodes.map((node) => node.start()));
    await broker.healthy([]);
    return broker;
  }

  get servers(): string {
    return this.nodes.map(({ url }) => url).join(',');
  }

  get replicas(): number {
    return this.nodes.length;
  }

  /** The node that leads a stream; the first one where that cannot be told. */
  async leaderOf(stream: string): Promise<BrokerNode> {
    const fallback = this.nodes[0]!;
    if (this.nodes.length === 1) return fallback;
    const name = await this.asking(
      async (manager) => (await manager.streams.info(stream)).cluster?.leader,
    ).catch(() => undefined);
    return this.nodes.find(({ settings }) => settings.name === name) ?? fallback;
  }

  /** Resolves once JetStream answers and the streams' copies are all up to date. */
  async healthy(streams: readonly string[]): Promise<void> {
    const giveUpAt = performance.now() + HEALTHY_WITHIN_MS;
    for (;;) {
      const well = await this.asking(async (manager) => {
        await manager.getAccountInfo();
        for (const stream of streams) {
          const { cluster } = await manager.streams.info(stream);
          if (cluster?.replicas?.some(({ current, offline }) => !current || offline)) return false;
        }
        return true;
      }).catch(() => false);
      if (well) return;
      if (performance.now() > giveUpAt) throw new Error('the broker did not become healthy in time');
      await delay(LOOK_EVERY_MS);
    }
  }

  private async asking<T>(
    question: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>,
  ): Promise<T> {
    const servers = this.nodes.map(({ settings }) => `127.0.0.1:${settings.port}`);
    const connection = await connect({ servers, name: 'chaos-harness', timeout: 2_000, reconnect: false });
    try {
      return await question(await jetstreamManager(connection, { timeout: 2_000, checkAPI: false }));
    } finally {
      await connection.close();
    }
  }
}
