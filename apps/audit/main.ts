import { runProcess } from '#libs/telemetry';

await runProcess({
  service: 'audit',
  start: async () => {
    const { readAlerts, readRetention, startAudit } = await import('./index.js');
    const { readServiceEnv } = await import('#libs/operations');
    return startAudit({
      ...readServiceEnv(process.env, { mongo: true }),
      retention: readRetention(process.env),
      alerts: readAlerts(process.env),
    });
  },
});
