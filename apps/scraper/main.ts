import { runProcess } from '#libs/telemetry';

await runProcess({
  service: 'scraper',
  start: async () => {
    const { startScraper } = await import('./index.js');
    const { readServiceEnv } = await import('#libs/operations');
    const { natsUrl, ...env } = readServiceEnv(process.env, { mongo: true });
    return startScraper({ nats: natsUrl, ...env, settings: process.env });
  },
});
