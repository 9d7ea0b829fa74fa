import { startApplier } from '#apps/applier';
import { startAudit } from '#apps/audit';
import { startDocuments } from '#apps/documents';
import { startGateway, type Gateway } from '#apps/gateway';
import { startOrchestratorApp } from '#apps/orchestrator';
import { startScraper } from '#apps/scraper';
import { testMongoUri, testNats } from '#libs/testing';

/** Every service in this process, over a broker account and a database of their own; no board or mail server is asked. */
export interface AllServices {
  readonly gateway: Gateway;
  readonly natsUrl: string;
  close(): Promise<void>;
}

export async function startAllServices(settings: NodeJS.ProcessEnv = {}): Promise<AllServices> {
  const { url: natsUrl } = testNats();
  const mongoUri = testMongoUri();
  const stored = { nats: natsUrl, mongoUri, settings };
  const started = await Promise.all([
    startAudit({ natsUrl, mongoUri }),
    startScraper(stored),
    startDocuments(stored),
    startApplier(stored),
    startOrchestratorApp({ natsUrl }),
  ]);
  const gateway = await startGateway({
    natsUrl,
    port: 0,
    logLevel: 'silent',
    auth: { mode: 'off' },
    rateLimits: { perKey: 0, perAddress: 0, failures: 0 },
    hookSecrets: settings,
  });
  return {
    gateway,
    natsUrl,
    async close() {
      await gateway.close();
      for (const service of started.reverse()) await service.close();
    },
  };
}
