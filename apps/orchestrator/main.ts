import { runProcess } from '#libs/telemetry';

await runProcess({
  service: 'orchestrator',
  start: async () => {
    const { startOrchestratorApp } = await import('./index.js');
    const { readServiceEnv } = await import('#libs/operations');
    const { natsUrl, ackWaitMs } = readServiceEnv();
    return startOrchestratorApp({
      natsUrl,
      ...(ackWaitMs === undefined ? {} : { ackWaitMs }),
      watchdogScript: new URL('./watchdog-worker.js', import.meta.url),
    });
  },
});
