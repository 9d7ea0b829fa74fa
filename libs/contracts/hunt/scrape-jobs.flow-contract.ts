import { defineFlow } from '#libs/flows';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { KeywordList } from './keyword-list.js';
import { SOURCE_NAMES, UNKNOWN_SOURCE } from './source-names.js';
import type { SourceName } from './source-names.js';

export class ScrapeJobsFlowInput {
  /** A list, or comma-separated text; those that are on unless said otherwise. */
  @IsOptional()
  @KeywordList()
  @IsArray({ message: '$property must be a list of sources or comma-separated text' })
  @ArrayNotEmpty({ message: '$property must name at least one source, or be left out' })
  @IsIn(SOURCE_NAMES, { each: true, message: UNKNOWN_SOURCE })
  sources?: SourceName[];

  /** A list, or comma-separated text. */
  @KeywordList()
  @IsArray({ message: '$property must be a list of words or comma-separated text' })
  @ArrayNotEmpty({ message: '$property must hold at least one word' })
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(200, { each: true })
  keywords: string[];

  /** A city, region or country as boards write it, or `remote`. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  location?: string;

  /** Postings wanted at most of each source and keyword: 1 to 1000. */
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 10;

  /** Read each posting's own page where the list does not tell all. */
  @IsBoolean()
  fetchDetails: boolean = true;

  /** Whose jobs they become; an authenticated identity wins. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  userId?: string;

  /** Say at the end what was found. */
  @IsBoolean()
  notify: boolean = true;

  /** Store nothing and ask nobody outside. */
  @IsBoolean()
  dryRun: boolean = false;
}

/** What one source gave, over all keywords. */
export class SourceResult {
  @IsString()
  source: string;

  /** False where none of its searches came through. */
  @IsBoolean()
  success: boolean;

  @IsInt()
  jobsCreated: number;

  @IsArray()
  @IsString({ each: true })
  jobIds: string[];

  /** Why it gave nothing; null where it did. */
  @IsOptional()
  @IsString()
  message: string | null;
}

/** What the flow answers. */
export class ScrapeJobsFlowResult {
  @IsBoolean()
  success: boolean;

  @IsInt()
  jobsCreated: number;

  @IsArray()
  @IsString({ each: true })
  jobIds: string[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => SourceResult)
  sources: SourceResult[];

  /** The source that was asked because all others failed; null where none was. */
  @IsOptional()
  @IsString()
  fallbackSource: string | null;
}

/** Contract of the flow; its tasks are retried 3 times after 60 s, the flow itself once after 300 s. */
export const ScrapeJobsFlow = defineFlow({
  name: 'scrape_jobs',
  aliases: ['scrape_jobs_flow', 'scrape'],
  description: 'Search several sources for several keywords at once, and say what was found',
  input: ScrapeJobsFlowInput,
  tags: ['scraping'],
  retries: 1,
  retryDelaySeconds: 300,
});
