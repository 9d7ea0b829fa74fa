import 'reflect-metadata';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { AsNumber, readSettings } from './read-settings.js';
import { IsWebAddress } from './web-address.js';

export class ScraperSettings {
  /** Told to every site: what asks. */
  @IsString()
  @MaxLength(200)
  userAgent = 'JobHunter/0.1 (a person looking for work; obeys robots.txt)';

  /** To each host. */
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(60_000)
  requestsPerMinute = 30;

  /** At once to each host. */
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(16)
  concurrency = 2;

  /** Longest silence of a site, in milliseconds. */
  @AsNumber()
  @IsInt()
  @Min(100)
  @Max(600_000)
  silenceMs = 60_000;

  /** Largest page, in bytes. */
  @AsNumber()
  @IsInt()
  @Min(1_024)
  @Max(100 * 1024 * 1024)
  maxBytes = 10 * 1024 * 1024;

  /** Stands in for all boards in test mode. */
  @IsOptional()
  @IsWebAddress()
  fixturesUrl?: string;
}

/** Reads the settings of the service as a whole. Throws SettingError on a bad one. */
export const readScraperSettings = (env: NodeJS.ProcessEnv): ScraperSettings =>
  readSettings(ScraperSettings, env, {
    userAgent: 'SCRAPER_USER_AGENT',
    requestsPerMinute: 'SCRAPER_REQUESTS_PER_MINUTE',
    concurrency: 'SCRAPER_CONCURRENCY',
    silenceMs: 'SCRAPER_SILENCE_MS',
    maxBytes: 'SCRAPER_MAX_BYTES',
    fixturesUrl: 'FIXTURE_BOARDS_URL',
  });
