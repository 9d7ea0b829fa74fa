import { serveStarts, serveSteering, startOrchestrator, type FlowRegistry } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog } from '#libs/run-log';
import { startDeployments } from './start-deployments.js';

const silent = { warn: () => undefined, error: () => undefined };

/** All that an orchestrator does, over a connection of its own. */
export async function startProcess(url: string, registry: FlowRegistry): Promise<{ close(): Promise<void> }> {
  const log = await connectRunLog({ servers: url, name: 'process', partitionAckWaitMs: 1_000 });
  const deployments = await startDeployments({ log, registry, ackWaitMs: 1_000 });
  const buckets = jetStreamBuckets(log.connection);
  const { tellDeployment } = deployments;
  const orchestrator = await startOrchestrator({ log, registry, buckets, logger: silent, tellDeployment });
  const starts = await serveStarts(log.connection, log, registry);
  const steering = await serveSteering(log.connection, { log, registry, buckets });
  return {
    close: async () => {
      await steering.close();
      await starts.close();
      await orchestrator.close();
      await deployments.close();
      await log.close();
    },
  };
}
