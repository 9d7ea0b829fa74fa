import 'reflect-metadata';
import { SCRAPER_CONTRACTS } from '#libs/contracts';
import { databaseChecks } from '#libs/mongo';
import { startService } from '#libs/operations';
import type { ServiceOptions } from '#libs/operations';
import type { Hosted } from '#libs/telemetry';
import { ScraperModule } from './scraper.module.js';
import { readScraperSettings } from './settings/scraper-settings.js';

export { startFixtureBoards } from './fixture-boards/server.js';
export type { FixtureBoards } from './fixture-boards/server.js';
export { SettingError } from './settings/setting-error.js';

export interface ScraperConfig extends Pick<
  ServiceOptions,
  'nats' | 'access' | 'catalog' | 'logger' | 'graceMs' | 'ackWaitMs' | 'replicas'
> {
  readonly mongoUri: string;
  /** Where `SCRAPER_*`, `SOURCE_*` and `FIXTURE_BOARDS_URL` are read from; defaults hold where it says nothing. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
}

/** Starts the service `scraper`. Throws SettingError on a bad setting, and what startService throws. */
export async function startScraper({ mongoUri, settings = {}, ...service }: ScraperConfig): Promise<Hosted> {
  const module = ScraperModule.register({
    mongoUri,
    settings: readScraperSettings(settings),
    sourceEnv: settings,
  });
  return startService({
    ...service,
    service: 'scraper',
    contracts: SCRAPER_CONTRACTS,
    module,
    checks: databaseChecks,
  });
}
