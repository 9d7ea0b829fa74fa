import { runProcess } from '#libs/telemetry';

await runProcess({
  service: 'audit',
  start: async () => {
    const { startAudit } = await import('./index.js');
    const { readServiceEnv } = await import('#libs/operations');
    return startAudit(readServiceEnv(process.env, { mongo: true }));
  },
});
