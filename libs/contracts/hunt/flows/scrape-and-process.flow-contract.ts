import { defineFlow } from '#libs/flows';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsInt, Max, Min, ValidateNested } from 'class-validator';
import { SourceResult } from './scrape-jobs.flow-contract.js';
import { SourcesFlowInput } from './sources-flow-input.dto.js';

export class ScrapeAndProcessFlowInput extends SourcesFlowInput {
  /** Postings wanted at most of each source and keyword: 1 to 1000. */
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 50;
}

/** What the flow answers. */
export class ScrapeAndProcessFlowResult {
  @IsBoolean()
  success: boolean;

  /** Jobs that the searches found, new or seen before. */
  @IsInt()
  jobsScraped: number;

  @IsInt()
  jobsProcessed: number;

  /** Postings of openings that were there already. */
  @IsInt()
  merged: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => SourceResult)
  sources: SourceResult[];
}

export const ScrapeAndProcessFlow = defineFlow({
  name: 'scrape_and_process',
  aliases: ['scrape_and_process_flow'],
  description: 'Search several sources at once and process what they find',
  input: ScrapeAndProcessFlowInput,
  tags: ['scraping', 'processing'],
});
