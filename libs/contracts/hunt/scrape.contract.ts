import { defineOperation } from '#libs/operations';
import type { OperationContract } from '#libs/operations';
import { ScrapeInput, ScrapeJobsInput, ScrapeUrlInput } from './scrape-input.dto.js';
import { ScrapeOutput } from './scrape-output.dto.js';
import { SOURCE_NAMES, SOURCE_TITLES } from './source-names.js';
import type { SourceName } from './source-names.js';

const shared = {
  service: 'scraper',
  category: 'scraping',
  stage: 'extract',
  output: ScrapeOutput,
  permissions: ['jobs:write'],
  modelsOut: ['Job', 'Page', 'QueryIndex'],
  resultRefs: { jobIds: 'jobs', queryIndexId: 'queryindexes' },
  // Polite pacing, not work, is what a search with many details waits for.
  timeoutMs: 1_800_000,
} as const;

export const ScrapeJobs = defineOperation({
  ...shared,
  name: 'scrape_jobs',
  description: 'Search one source for openings and keep them as jobs; a second search updates them',
  tags: ['scraping'],
  input: ScrapeJobsInput,
});

/** `source` of the answer says which one it was: the one whose board or page it is, else `jsonld`. */
export const ScrapeUrl = defineOperation({
  ...shared,
  name: 'scrape_url',
  description: 'Keep the opening or the board that a pasted address leads to, whichever source it is of',
  tags: ['scraping'],
  input: ScrapeUrlInput,
});

const scrapeSource = (source: SourceName) =>
  defineOperation({
    ...shared,
    name: `scrape_${source}`,
    description: `Search ${SOURCE_TITLES[source]} for openings and keep them as jobs`,
    tags: ['scraping', source],
    input: ScrapeInput,
  });

/** `scrape_<source>` for each source. */
export const SCRAPE_SOURCE_CONTRACTS: Readonly<
  Record<SourceName, OperationContract<ScrapeInput, ScrapeOutput>>
> = Object.fromEntries(SOURCE_NAMES.map((source) => [source, scrapeSource(source)])) as Record<
  SourceName,
  OperationContract<ScrapeInput, ScrapeOutput>
>;
