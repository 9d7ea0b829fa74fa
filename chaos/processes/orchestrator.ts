import 'reflect-metadata';
import { FlowRegistry, serveStarts, serveSteering, startOrchestrator, startWatchdog } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { ackFirst } from '../broken/ack-first.js';
import { withoutFence } from '../broken/without-fence.js';
import { rival } from '../disturbances/rival.js';
import { unrulyOrchestration } from '../disturbances/unruly-orchestration.js';
import { FLOWS } from '../flows/index.js';
import { seeded } from '../plan/seeded.js';
import { ready, setting, whoAmI } from './as-child.js';

const servers = setting('NATS_URL');
const replicas = Number(setting('REPLICAS'));
const { member, incarnation } = whoAmI();
const log = await connectRunLog({
  servers,
  name: member,
  replicas,
  partitionAckWaitMs: Number(setting('ACK_WAIT_MS')),
  onReaderTrouble: (reader, error) => console.warn(reader, error),
});

/** What this orchestrator takes for the log. */
function surroundings(): JetStreamRunLog {
  const broken = process.env['BREAK'];
  if (broken === 'ack') return ackFirst(log);
  const whole = broken === 'fence' ? withoutFence(log) : log;
  if (process.env['RIVAL'] === '1') {
    return rival(whole, (reason) => {
      console.error('follows the log no longer', reason);
      process.exit(1);
    });
  }
  return unrulyOrchestration(whole, seeded(Number(setting('SEED')), member, incarnation));
}

const port = surroundings();
const registry = new FlowRegistry(FLOWS);
const watchdog = startWatchdog({ script: new URL('./watchdog-worker.js', import.meta.url), servers });
const buckets = jetStreamBuckets(log.connection, { replicas });
const orchestrator = await startOrchestrator({ log: port, registry, buckets, logger: console, watchdog });
const starts = await serveStarts(log.connection, port, registry);
const steering = await serveSteering(log.connection, { log: port, registry, buckets });

ready(async () => {
  await steering.close();
  await starts.close();
  await orchestrator.close();
  await log.close();
});
