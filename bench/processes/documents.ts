import 'reflect-metadata';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startDocuments } from '#apps/documents';
import { createLogger } from '#libs/telemetry';
import { answerParent, setting } from './answer-parent.js';

/** Milliseconds between two looks at whether the process is free to answer. */
const LOOK_EVERY = 1;

const documents = await startDocuments({
  nats: setting('NATS_URL'),
  mongoUri: setting('MONGODB_URI'),
  logger: createLogger({ service: 'documents', level: 'warn' }),
});
const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY });
delay.enable();

answerParent(
  {
    watch: async () => delay.reset(),
    /** How long it was busy with one thing at most since it was watched, in milliseconds. */
    longest: async () => delay.max / 1e6 - LOOK_EVERY,
  },
  () => documents.close(),
);
