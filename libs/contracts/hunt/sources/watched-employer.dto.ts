import { IsIn, IsOptional, IsString } from 'class-validator';
import { IsInstant } from '../../is-instant.js';
import { PAGE_OUTCOMES } from '../scrape-output.dto.js';
import type { PageOutcomeName } from '../scrape-output.dto.js';
import { SOURCE_NAMES } from '../source-names.js';
import type { SourceName } from '../source-names.js';

/** An employer whose board is asked with every search of its source. */
export class WatchedEmployerDto {
  @IsString()
  id: string;

  @IsIn(SOURCE_NAMES)
  source: SourceName;

  /** The board's token, as its address names it. */
  @IsString()
  board: string;

  /** What you call the employer; null where the board says it. */
  @IsOptional()
  @IsString()
  name: string | null;

  @IsInstant()
  watchedSince: string;

  /** How the board last answered; null where it was not asked yet. */
  @IsOptional()
  @IsIn(PAGE_OUTCOMES)
  lastOutcome: PageOutcomeName | null;

  @IsOptional()
  @IsInstant()
  lastAskedAt: string | null;

  @IsOptional()
  @IsInstant()
  lastSuccessAt: string | null;

  /** What went wrong the last time; null where nothing did. */
  @IsOptional()
  @IsString()
  lastMessage: string | null;
}
