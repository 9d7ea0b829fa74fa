import { setTimeout as delay } from 'node:timers/promises';
import type { Crew } from '../crew/crew.js';
import type { Broker } from '../stack/broker.js';
import type { BrokerNode } from '../stack/broker-node.js';
import type { Database } from '../stack/database.js';
import { describe } from './fault.js';
import type { Fault } from './fault.js';

export interface Targets {
  readonly crew: Crew;
  readonly broker: Broker;
  readonly database: Database;
}

const STREAMS = ['RUN', 'CALLS'];

/**
 * Carries out a schedule of faults. Each is undone by itself: who was killed comes back, who stood still goes on.
 * Several may overlap, but for two on the same target: the later one waits. Of a cluster, one node is away at a time.
 */
export class Storm {
  kills = 0;
  private readonly turns = new Map<unknown, Promise<void>>();
  private readonly failures: unknown[] = [];

  constructor(
    private readonly targets: Targets,
    private readonly say: (line: string) => void,
  ) {}

  /** Resolves when the last fault has been undone. Throws when one could not be. */
  async rage(faults: readonly Fault[]): Promise<void> {
    const begun = performance.now();
    for (const fault of faults) {
      await delay(Math.max(0, fault.atMs - (performance.now() - begun)));
      this.inTurn(this.targetOf(fault), async () => {
        this.say(describe(fault));
        await this.carryOut(fault);
      });
    }
    await Promise.all(this.turns.values());
    if (this.failures.length > 0) throw new AggregateError(this.failures, 'not every fault could be undone');
  }

  private inTurn(target: unknown, work: () => Promise<void>): void {
    const before = this.turns.get(target) ?? Promise.resolve();
    const turn = before.then(work).catch((error: unknown) => void this.failures.push(error));
    this.turns.set(target, turn);
  }

  private targetOf(fault: Fault): unknown {
    switch (fault.kind) {
      case 'kill':
      case 'terminate':
      case 'stand-still':
        return this.targets.crew.one(fault.role, fault.index);
      case 'kill-broker':
      case 'terminate-broker':
      case 'broker-stands-still':
        return this.targets.broker;
      case 'database-away':
        return this.targets.database;
    }
  }

  private async carryOut(fault: Fault): Promise<void> {
    const { crew, broker, database } = this.targets;
    switch (fault.kind) {
      case 'kill':
        this.kills++;
        return crew.one(fault.role, fault.index).kill(fault.awayMs);
      case 'terminate':
        return crew.one(fault.role, fault.index).terminate(fault.awayMs);
      case 'stand-still':
        return crew.one(fault.role, fault.index).standStill(fault.forMs);
      case 'kill-broker': {
        const node = fault.leader ? await broker.leaderOf('RUN') : this.node(fault.index);
        this.kills++;
        await node.running?.kill();
        await delay(fault.awayMs);
        await node.start();
        return broker.healthy(STREAMS);
      }
      case 'terminate-broker': {
        const node = this.node(fault.index);
        await node.running?.terminate();
        await delay(fault.awayMs);
        await node.start();
        return broker.healthy(STREAMS);
      }
      case 'broker-stands-still': {
        const process = this.node(fault.index).running;
        process?.stop();
        await delay(fault.forMs);
        process?.continue();
        return broker.healthy(STREAMS);
      }
      case 'database-away':
        this.kills++;
        await database.kill();
        await delay(fault.awayMs);
        return database.restart();
    }
  }

  private node(index: number): BrokerNode {
    const { nodes } = this.targets.broker;
    return nodes[index % nodes.length]!;
  }
}
