import { runProcess } from '#libs/telemetry';

await runProcess({
  service: 'gateway',
  start: async () => {
    const { startGateway } = await import('./index.js');
    const { readGatewayEnv } = await import('./settings/gateway-env.js');
    return startGateway(readGatewayEnv(process.env));
  },
});
