import { ScrapeAndProcessFlow, type ScrapeAndProcessFlowResult } from '#libs/contracts';
import { flow } from '#libs/flows';
import { processJobs } from '../tasks/index.js';
import { enabledSources, searchAll } from './search-sources.js';

/** Jobs of one task; several are processed side by side. */
const BATCH = 1_000;

/** Searches every source for every keyword, and processes what was found; fails where no source answers. */
export const scrapeAndProcess = flow(
  ScrapeAndProcessFlow,
  async (input, ctx): Promise<ScrapeAndProcessFlowResult> => {
    const sources = await searchAll(input.sources ?? (await enabledSources(ctx)), input, ctx);
    if (sources.every(({ success }) => !success)) {
      const why = sources.map(({ source, message }) => `${source}: ${message ?? 'no reason given'}`);
      throw new Error(`no source could be searched: ${why.join('; ') || 'none is switched on'}`);
    }
    const jobIds = [...new Set(sources.flatMap((source) => source.jobIds))];
    const found = { jobsScraped: jobIds.length, sources };
    const done = await ctx.map(batchesOf(jobIds), (batch) =>
      ctx.task(processJobs, { jobIds: batch, batchSize: 100 }),
    );
    return {
      success: done.every(({ success }) => success),
      jobsProcessed: done.reduce((sum, { jobsProcessed }) => sum + jobsProcessed, 0),
      merged: done.reduce((sum, { merged }) => sum + merged, 0),
      ...found,
    };
  },
);

const batchesOf = (jobIds: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(jobIds.length / BATCH) }, (_, nth) =>
    jobIds.slice(nth * BATCH, (nth + 1) * BATCH),
  );
