import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { ScrapeJobs, SCRAPER_CONTRACTS } from '#libs/contracts';
import type { ScrapeJobsInput, ScrapeOutput } from '#libs/contracts';
import { ensureIndexes, MongoKeeper } from '#libs/mongo';
import { startService } from '#libs/operations';
import type { CallOptions, OperationClient } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { testMongoUri, testNats } from '#libs/testing';
import { startFixtureBoards } from '../fixture-boards/server.js';
import type { FixtureBoards } from '../fixture-boards/server.js';
import { ScraperModule } from '../scraper.module.js';
import { readScraperSettings } from '../settings/scraper-settings.js';

const QUIET = { info: () => undefined, warn: () => undefined };

export const KIM = { actor: { userId: 'kim', channel: 'cli' } } as const;

/** A scraper with boards of its own, as the specs of this folder use it. */
export interface TestScraper {
  readonly boards: FixtureBoards;
  readonly client: OperationClient;
  /** The broker, for services beside it. */
  readonly nats: string;
  readonly database: Connection;
  /** Searches a source for TypeScript unless the input says otherwise. */
  search(source: string, input?: Partial<ScrapeJobsInput>, options?: CallOptions): Promise<ScrapeOutput>;
  /** Jobs, pages and queries that are kept. */
  counts(): Promise<number[]>;
  /** Forgets all that was kept. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a scraper; its settings may name the boards' address. */
export async function startTestScraper(
  settingsFor: (boards: string) => Record<string, string>,
): Promise<TestScraper> {
  const boards = await startFixtureBoards();
  const sourceEnv = {
    SCRAPER_REQUESTS_PER_MINUTE: '60000',
    FIXTURE_BOARDS_URL: boards.url,
    ...settingsFor(boards.url),
  };
  const nats = testNats().url;
  const service = await startService({
    service: 'scraper',
    contracts: SCRAPER_CONTRACTS,
    nats,
    logger: createLogger({ service: 'scraper', level: 'silent' }),
    module: ScraperModule.register({
      mongoUri: testMongoUri(),
      settings: readScraperSettings(sourceEnv),
      sourceEnv,
    }),
  });
  await service.app.get(MongoKeeper).connected;
  const database = service.app.get<Connection>(getConnectionToken());
  await ensureIndexes(database, QUIET);
  return {
    boards,
    client: service.client,
    nats,
    database,
    search: (source, input = {}, options = KIM) => {
      const query = { keywords: ['typescript'] };
      return service.client.call(ScrapeJobs, { query, source, ...input } as ScrapeJobsInput, options);
    },
    counts: () =>
      Promise.all(
        ['jobs', 'pages', 'queryindexes'].map((name) => database.collection(name).countDocuments()),
      ),
    clear: async () => {
      for (const { name } of await database.listCollections()) await database.collection(name).deleteMany({});
    },
    close: async () => {
      await service.close();
      await boards.close();
    },
  };
}
