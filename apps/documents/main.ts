import { runProcess } from '#libs/telemetry';

await runProcess({
  service: 'documents',
  start: async () => {
    const { startDocuments } = await import('./index.js');
    const { readServiceEnv } = await import('#libs/operations');
    const { natsUrl, ...env } = readServiceEnv(process.env, { mongo: true });
    return startDocuments({ nats: natsUrl, ...env, settings: process.env });
  },
});
