import { runProcess } from '#libs/telemetry';

await runProcess({
  service: 'orchestrator',
  start: async () => {
    const { readReplayAlways, startOrchestratorApp } = await import('./index.js');
    const { readServiceEnv } = await import('#libs/operations');
    const { natsUrl, access, ackWaitMs, replicas } = readServiceEnv();
    return startOrchestratorApp({
      natsUrl,
      ...(access ? { access } : {}),
      ...(ackWaitMs === undefined ? {} : { ackWaitMs }),
      ...(replicas === undefined ? {} : { replicas }),
      replayAlways: readReplayAlways(process.env),
      watchdogScript: new URL('./watchdog-worker.js', import.meta.url),
    });
  },
});
