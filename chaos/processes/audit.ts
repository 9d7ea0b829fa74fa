import 'reflect-metadata';
import { startAudit } from '#apps/audit';
import { ready, setting } from './as-child.js';

const audit = await startAudit({
  natsUrl: setting('NATS_URL'),
  mongoUri: setting('MONGODB_URI'),
  ackWaitMs: Number(setting('ACK_WAIT_MS')),
});

ready(() => audit.close());
