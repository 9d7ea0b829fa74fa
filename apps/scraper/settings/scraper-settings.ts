import 'reflect-metadata';
import { IsInt, IsNumber, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { STANDARD_WEIGHTS } from '#libs/contracts';
import type { MatchWeights } from '#libs/contracts';
import { secretSetting } from '#libs/secrets';
import { AsMatchWeights } from './match-weights.js';
import { AsRange } from './similarity-range.js';
import { AsNumber, readSettings } from './read-settings.js';
import { SettingError } from './setting-error.js';
import { IsWebAddress } from './web-address.js';
import type { SimilarityRange } from '../matching/model/similarity.js';

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

  /** What the parts of a match count where a call does not say. */
  @AsMatchWeights()
  matchWeights: MatchWeights = STANDARD_WEIGHTS;

  /** An OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1; there is no model without it. */
  @IsOptional()
  @IsWebAddress()
  scorerUrl?: string;

  /** The model that makes embeddings there. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  scorerModel?: string;

  /** `env:NAME`, `file:/path` or the key itself; none is sent where there is none. */
  @IsOptional()
  @IsString()
  scorerKey?: string;

  /** How much of a score is the model's, from 0 to 1; at 0 it stands beside the score of the rules. */
  @AsNumber()
  @IsNumber()
  @Min(0)
  @Max(1)
  scorerWeight = 0;

  /** Likeness of two texts that counts as 0, and likeness that counts as 1. */
  @AsRange()
  scorerRange: SimilarityRange = { low: 0, high: 1 };

  /** After so long the model is given up, in milliseconds. */
  @AsNumber()
  @IsInt()
  @Min(100)
  @Max(300_000)
  scorerTimeoutMs = 20_000;

  /** How many of the best by the rules a model is asked about when many are scored. */
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(1_000)
  scorerMost = 50;

  /** Stands in for all boards in test mode. */
  @IsOptional()
  @IsWebAddress()
  fixturesUrl?: string;
}

/** Reads the settings of the service as a whole. Throws SettingError and UnreadableSecretError on a bad one. */
export function readScraperSettings(env: NodeJS.ProcessEnv): ScraperSettings {
  const key = secretSetting(env, SCORER_KEY);
  const settings = readSettings(
    ScraperSettings,
    { ...env, [SCORER_KEY]: key },
    {
      userAgent: 'SCRAPER_USER_AGENT',
      requestsPerMinute: 'SCRAPER_REQUESTS_PER_MINUTE',
      concurrency: 'SCRAPER_CONCURRENCY',
      silenceMs: 'SCRAPER_SILENCE_MS',
      maxBytes: 'SCRAPER_MAX_BYTES',
      matchWeights: 'SCRAPER_MATCH_WEIGHTS',
      scorerUrl: 'SCRAPER_SCORER_URL',
      scorerModel: 'SCRAPER_SCORER_MODEL',
      scorerKey: SCORER_KEY,
      scorerWeight: 'SCRAPER_SCORER_WEIGHT',
      scorerRange: 'SCRAPER_SCORER_RANGE',
      scorerTimeoutMs: 'SCRAPER_SCORER_TIMEOUT_MS',
      scorerMost: 'SCRAPER_SCORER_MOST',
      fixturesUrl: 'FIXTURE_BOARDS_URL',
    },
  );
  if (settings.scorerUrl !== undefined && settings.scorerModel === undefined)
    throw new SettingError('SCRAPER_SCORER_MODEL', '', 'the name of a model, beside SCRAPER_SCORER_URL');
  // It would be shown wherever the address is.
  if (settings.scorerUrl !== undefined && new URL(settings.scorerUrl).username !== '')
    throw new SettingError(
      'SCRAPER_SCORER_URL',
      '…',
      `an address without a user: a key stands in ${SCORER_KEY}`,
    );
  return settings;
}

/** The variable that holds the key or says where it is. */
export const SCORER_KEY = 'SCRAPER_SCORER_KEY';
