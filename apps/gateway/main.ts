import { runProcess } from '#libs/telemetry';

await runProcess({
  service: 'gateway',
  start: async () => {
    const { startGateway } = await import('./index.js');
    const { showFirstKey } = await import('./keys/show-first-key.js');
    const { readGatewayEnv } = await import('./settings/gateway-env.js');
    const config = readGatewayEnv(process.env);
    const { auth = { mode: 'on' } } = config;
    return startGateway({
      ...config,
      hookSecrets: process.env,
      auth: auth.mode === 'on' ? { ...auth, onFirstKey: showFirstKey } : auth,
    });
  },
});
