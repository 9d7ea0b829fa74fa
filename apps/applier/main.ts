import { runProcess } from '#libs/telemetry';

await runProcess({
  service: 'applier',
  start: async () => {
    const { startApplier } = await import('./index.js');
    const { readServiceEnv } = await import('#libs/operations');
    const { natsUrl, ...env } = readServiceEnv(process.env, { mongo: true });
    return startApplier({ nats: natsUrl, ...env, settings: process.env });
  },
});
