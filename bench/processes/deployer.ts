import 'reflect-metadata';
import { startDeployments } from '#libs/deployments';
import { FlowRegistry, startOrchestrator } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog } from '#libs/run-log';
import { nothing } from '../no-op/nothing.flow.js';
import { answerParent, setting } from './answer-parent.js';

const logger = { warn: () => undefined, error: (message: string) => console.error(message) };
const log = await connectRunLog({ servers: setting('NATS_URL'), name: 'bench-deployer' });
const registry = new FlowRegistry([nothing]);
const deployments = await startDeployments({ log, registry });
const orchestrator = await startOrchestrator({
  log,
  registry,
  buckets: jetStreamBuckets(log.connection),
  logger,
  tellDeployment: deployments.tellDeployment,
});

answerParent({}, async () => {
  await orchestrator.close();
  await deployments.close();
  await log.close();
});
