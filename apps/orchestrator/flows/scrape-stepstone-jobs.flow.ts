import { ScrapeStepstoneJobsFlow, type SourceResult } from '#libs/contracts';
import { flow } from '#libs/flows';
import { searchAll } from './search-sources.js';

/** Searches StepStone for every keyword; fails where no search came through. */
export const scrapeStepstoneJobs = flow(
  ScrapeStepstoneJobsFlow,
  async (input, ctx): Promise<SourceResult> => {
    const [found] = await searchAll(['stepstone'], input, ctx);
    if (!found?.success)
      throw new Error(`StepStone could not be searched: ${found?.message ?? 'no reason given'}`);
    return found;
  },
);
