import { randomUUID } from 'node:crypto';
import type { Buckets } from '#libs/key-values';
import type { RunLog } from '#libs/run-log';
import { observe, scopeLines } from '#libs/telemetry';
import { ActivationGate } from './activation-gate.js';
import type { ActorEnvironment } from './actor-environment.js';
import { Effects, type TellDeployment } from './effects.js';
import { beginCounts, partitionsHeld, runsResident } from './figures.js';
import { HeldPartitions } from './held-partitions.js';
import { IdleRuns } from './idle-runs.js';
import { keptValues } from './kept-values.js';
import { ParkedRuns } from './parking.js';
import type { FlowRegistry } from './registry.js';
import type { Watchdog } from './watchdog.js';

export interface OrchestratorOptions {
  readonly log: RunLog;
  readonly registry: FlowRegistry;
  /** Where values lie that outlive runs. */
  readonly buckets: Buckets;
  readonly logger: ActorEnvironment['logger'];
  /**
   * A run that nothing was heard of for so many milliseconds leaves memory; one that waits for nothing that comes
   * sooner leaves at once. 60,000 unless said.
   */
  readonly idleMs?: number;
  /** Most runs that stay in memory while nothing is to be done for them; 5,000 unless said. */
  readonly residentRuns?: number;
  /**
   * For development and tests: drops the copy of a run before each trigger and reads the run from the log, as an
   * orchestrator does that has just taken over. A flow that depends on anything outside its history is found out.
   */
  readonly replayAlways?: boolean;
  /** Sees when a flow blocks the thread. */
  readonly watchdog?: Watchdog;
  /** Told of the ends of runs: deployments count their own, and may wait for those of others. */
  readonly tellDeployment?: TellDeployment;
}

export interface Orchestrator {
  /** The partitions that this process works on; the others fall to its peers. */
  partitions(): readonly number[];
  /** Runs in memory, over all partitions. */
  resident(): number;
  /** Settles what was taken and drops every idle run; they are read from the log when they are next fed. */
  evictIdle(): Promise<void>;
  /** Stops taking triggers, settles those taken, and hands its partitions over. */
  close(): Promise<void>;
}

const SWEEP_MS = 5_000;

/** Drives the runs of every partition that falls to this process: triggers in, decisions out. */
export async function startOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const { log, registry, buckets, logger, watchdog } = options;
  const { idleMs = 60_000, residentRuns = 5_000, replayAlways = false } = options;
  const gate = new ActivationGate(watchdog);
  const unscope = scopeLines(() => {
    const { current } = gate;
    return current && { flowRunId: current.runId, trace: current.trace };
  });
  const unguard = gate.guardRejections((message) => logger.error(message));
  const effects = new Effects(log, registry, keptValues(buckets, log), options.tellDeployment);
  const parking = new ParkedRuns(buckets, log, registry, (message) => logger.warn(message));
  const idleRuns = new IdleRuns(residentRuns);
  const self = `orchestrator-${process.pid}-${randomUUID()}`;
  const environment = { log, registry, gate, effects, parking, logger, idleMs, replayAlways, self };
  const held = new HeldPartitions(log, environment, idleRuns);
  const share = await log.sharePartitions(held).catch((error: unknown) => {
    unguard();
    unscope();
    throw error;
  });
  parking.watch((partition) => held.numbers.includes(partition));

  const sweep = setInterval(() => {
    idleRuns.dismissAfter(idleMs);
    for (const partition of held.all) partition.forgetTaken(idleMs);
  }, SWEEP_MS);
  sweep.unref();
  const resident = (): number => held.all.reduce((sum, partition) => sum + partition.resident, 0);
  beginCounts(registry.list().map(({ contract }) => contract.name));
  const unobserve = observe((tell) => {
    tell(partitionsHeld, held.numbers.length);
    tell(runsResident, resident());
  });

  return {
    partitions: () => held.numbers,
    resident,
    evictIdle: async () => {
      await Promise.all(held.all.map((partition) => partition.settled()));
      idleRuns.dismissAfter(0);
      held.all.forEach((partition) => partition.forgetTaken(0));
    },
    close: async () => {
      clearInterval(sweep);
      unobserve();
      unscope();
      parking.close();
      await share.close();
      unguard();
      await watchdog?.close();
    },
  };
}
