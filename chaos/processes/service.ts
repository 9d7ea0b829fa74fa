import 'reflect-metadata';
import { startService } from '#libs/operations';
import type { ConnectedRunLog } from '#libs/operations';
import { connectRunLog } from '#libs/run-log';
import { ackFirst } from '../broken/ack-first.js';
import { withoutDedupe } from '../broken/without-dedupe.js';
import { unrulyService } from '../disturbances/unruly-service.js';
import { LAB_CONTRACTS } from '../operations/contracts.js';
import { LabModule } from '../operations/lab.module.js';
import { seeded } from '../plan/seeded.js';
import { ready, setting, whoAmI } from './as-child.js';

const { member, incarnation } = whoAmI();
const log = await connectRunLog({
  servers: setting('NATS_URL'),
  name: member,
  replicas: Number(setting('REPLICAS')),
  onReaderTrouble: (reader, error) => console.warn(reader, error),
});

/** What this service takes for the log. */
function surroundings(): ConnectedRunLog {
  const broken = process.env['BREAK'];
  if (broken === 'ack') return ackFirst(log);
  if (broken === 'dedupe') return withoutDedupe(log);
  return unrulyService(log, seeded(Number(setting('SEED')), member, incarnation));
}

const service = await startService({
  service: 'lab',
  module: LabModule.register(setting('LEDGER')),
  contracts: LAB_CONTRACTS,
  nats: surroundings(),
  ackWaitMs: Number(setting('ACK_WAIT_MS')),
  graceMs: 500,
});

ready(async () => {
  await service.close();
  await log.close();
});
