import { ScrapeAndProcessFlow, type ScrapeAndProcessFlowResult } from '#libs/contracts';
import { flow } from '#libs/flows';
import { NoSourceError } from './no-source.error.js';
import { BATCH_SIZE, processInBatches } from './process-in-batches.js';
import { enabledSources, searchAll } from './search-sources.js';

/** Searches every source for every keyword, and processes what was found; fails where no source answers. */
export const scrapeAndProcess = flow(
  ScrapeAndProcessFlow,
  async (input, ctx): Promise<ScrapeAndProcessFlowResult> => {
    const sources = await searchAll(input.sources ?? (await enabledSources(ctx)), input, ctx);
    if (sources.every(({ success }) => !success)) throw new NoSourceError(sources);
    const jobIds = [...new Set(sources.flatMap((source) => source.jobIds))];
    const { success, jobsProcessed, merged } = await processInBatches(jobIds, BATCH_SIZE, ctx);
    return { success, jobsProcessed, merged, jobsScraped: jobIds.length, sources };
  },
);
