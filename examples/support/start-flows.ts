import { startDeployments } from '#libs/deployments';
import {
  FlowRegistry,
  serveStarts,
  serveSteering,
  startOrchestrator,
  type FlowDefinition,
} from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import type { ConnectedRunLog } from '#libs/operations';
import { complaints } from './complaints.js';

export interface ExampleOrchestrator {
  /** How many of the partitions this one works on. */
  readonly partitions: () => number;
  readonly close: () => Promise<void>;
}

/** Starts an orchestrator that runs these flows, starts them when asked or at their time, and steers their runs. */
export async function startFlows(
  log: ConnectedRunLog,
  flows: readonly FlowDefinition[],
): Promise<ExampleOrchestrator> {
  const registry = new FlowRegistry(flows);
  const buckets = jetStreamBuckets(log.connection);
  const deployments = await startDeployments({ log, registry });
  const engine = await startOrchestrator({
    log,
    registry,
    buckets,
    logger: complaints,
    replayAlways: process.env['REPLAY_ALWAYS'] === 'true',
    tellDeployment: deployments.tellDeployment,
  });
  const starts = await serveStarts(log.connection, log, registry);
  const steering = await serveSteering(log.connection, { log, registry, buckets });
  return {
    partitions: () => engine.partitions().length,
    close: async () => {
      await Promise.all([starts.close(), steering.close()]);
      await engine.close();
      await deployments.close();
    },
  };
}
