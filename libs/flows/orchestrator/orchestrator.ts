import { setTimeout as delay } from 'node:timers/promises';
import { PARTITIONS } from '#libs/run-log';
import type { RunLog, Subscription } from '#libs/run-log';
import { ActivationGate } from './activation-gate.js';
import { Partition } from './partition.js';
import type { FlowRegistry } from './registry.js';
import type { ActorEnvironment } from './run-actor.js';
import type { Watchdog } from './watchdog.js';

export interface OrchestratorOptions {
  readonly log: RunLog;
  readonly registry: FlowRegistry;
  readonly logger: ActorEnvironment['logger'];
  /** A run that nothing was heard of for so long leaves memory. */
  readonly idleMs?: number;
  /** Most runs of one partition in memory. */
  readonly residentRuns?: number;
  /** Sees when a flow blocks the thread. */
  readonly watchdog?: Watchdog;
}

export interface Orchestrator {
  /** Runs in memory, over all partitions. */
  resident(): number;
  /** Settles what was taken and drops every idle run; they are read from the log when they are next fed. */
  evictIdle(): Promise<void>;
  /** Stops taking triggers, settles those taken, and lets go. */
  close(): Promise<void>;
}

const SWEEP_MS = 5_000;

/** Drives the runs of every partition: triggers in, decisions out. */
export async function startOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const { log, registry, logger, idleMs = 60_000, residentRuns = 2_000, watchdog } = options;
  const gate = new ActivationGate(watchdog);
  const unguard = gate.guardRejections();
  const closing = new AbortController();
  const pause = (ms: number) => delay(ms, true, { signal: closing.signal, ref: false }).catch(() => false);
  const environment = { log, registry, gate, logger, pause };
  const partitions = Array.from(
    { length: PARTITIONS },
    () => new Partition(environment, () => performance.now()),
  );

  const subscriptions: Subscription[] = [];
  try {
    // One after the other: the broker makes sixteen durables in a few milliseconds each.
    for (const [number, partition] of partitions.entries()) {
      subscriptions.push(await log.orchestrate(number, (delivery) => partition.take(delivery)));
    }
  } catch (error) {
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
    unguard();
    throw error;
  }

  const sweep = setInterval(() => {
    for (const partition of partitions) {
      partition.evict(performance.now() - idleMs);
      partition.shrink(residentRuns);
    }
  }, SWEEP_MS);
  sweep.unref();

  const settleAll = () => Promise.all(partitions.map((partition) => partition.settled()));

  return {
    resident: () => partitions.reduce((sum, partition) => sum + partition.resident, 0),
    evictIdle: async () => {
      await settleAll();
      partitions.forEach((partition) => partition.evict(Infinity));
    },
    close: async () => {
      clearInterval(sweep);
      closing.abort();
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
      await settleAll();
      unguard();
      await watchdog?.close();
    },
  };
}
