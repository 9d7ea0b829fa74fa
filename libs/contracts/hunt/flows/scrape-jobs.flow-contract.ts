import { defineFlow } from '#libs/flows';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsInt, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { SourcesFlowInput } from './sources-flow-input.dto.js';

export class ScrapeJobsFlowInput extends SourcesFlowInput {
  /** Postings wanted at most of each source and keyword: 1 to 1000. */
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 10;

  /** Say at the end what was found. */
  @IsBoolean()
  notify: boolean = true;
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
