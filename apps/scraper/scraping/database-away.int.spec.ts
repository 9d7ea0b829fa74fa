import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoKeeper } from '#libs/mongo';
import { ScrapeJobs, SCRAPER_CONTRACTS } from '#libs/contracts';
import type { ScrapeJobsInput } from '#libs/contracts';
import { startService } from '#libs/operations';
import type { RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { ownMongod, testNats } from '#libs/testing';
import type { OwnServer } from '#libs/testing';
import { startFixtureBoards } from '../fixture-boards/server.js';
import type { FixtureBoards } from '../fixture-boards/server.js';
import { ScraperModule } from '../scraper.module.js';
import { readScraperSettings } from '../settings/scraper-settings.js';

const KIM = { actor: { userId: 'kim', channel: 'cli' } } as const;

let boards: FixtureBoards;
let mongod: OwnServer;
let service: RunningService;

beforeAll(async () => {
  boards = await startFixtureBoards();
  mongod = await ownMongod();
  await mongod.kill();
  const settings = {
    FIXTURE_BOARDS_URL: boards.url,
    SOURCE_ARBEITNOW_URL: `${boards.url}/arbeitnow`,
  };
  service = await startService({
    service: 'scraper',
    contracts: SCRAPER_CONTRACTS,
    nats: testNats().url,
    logger: createLogger({ service: 'scraper', level: 'silent' }),
    module: ScraperModule.register({
      mongoUri: mongod.url,
      settings: readScraperSettings(settings),
      sourceEnv: settings,
    }),
  });
});
afterAll(async () => {
  await service.close();
  await mongod.stop();
  await boards.close();
});

const search = () =>
  service.client.call(
    ScrapeJobs,
    { source: 'arbeitnow', query: { keywords: ['typescript'] } } as ScrapeJobsInput,
    KIM,
  );

describe('a database that is away', () => {
  it('at the start keeps nobody from starting, and is a retryable error until it is there', async () => {
    await expect(search()).rejects.toMatchObject({ code: 'mongo/unavailable', disposition: 'retry' });
    await mongod.restart();
    await service.app.get(MongoKeeper).connected;
    expect((await search()).jobsCreated).toBeGreaterThan(0);
  });

  it('in the middle is a retryable error, and nothing is lost or doubled afterwards', async () => {
    const { jobIds } = await search();
    await mongod.kill();
    await expect(search()).rejects.toMatchObject({ code: 'mongo/unavailable', disposition: 'retry' });
    await mongod.restart();
    expect(await search()).toMatchObject({ jobIds, jobsCreated: 0, jobsUpdated: jobIds.length });
  });
});
