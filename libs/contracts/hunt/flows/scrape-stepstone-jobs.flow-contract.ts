import { defineFlow } from '#libs/flows';
import { IsInt, Max, Min } from 'class-validator';
import { SearchFlowInput } from './search-flow-input.dto.js';

export class ScrapeStepstoneJobsFlowInput extends SearchFlowInput {
  /** Postings wanted at most for each keyword: 1 to 1000. */
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 50;
}

/** Contract of the flow, which answers with a SourceResult; its searches are retried 3 times after 60 s. */
export const ScrapeStepstoneJobsFlow = defineFlow({
  name: 'scrape_stepstone_jobs',
  aliases: ['scrape_stepstone_jobs_flow'],
  description: 'Search StepStone for several keywords',
  input: ScrapeStepstoneJobsFlowInput,
  tags: ['scraping', 'stepstone'],
});
