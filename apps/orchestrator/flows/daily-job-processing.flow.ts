import { DailyJobProcessingFlow, type DailyJobProcessingFlowResult } from '#libs/contracts';
import { flow } from '#libs/flows';
import { processJobs } from '../tasks/index.js';

/** Calls again at most so often: what fails each time would be new for ever. */
const MOST_CALLS = 100;

/** Processes what is new, as much at a time as one call takes, until nothing more is. */
export const dailyJobProcessing = flow(
  DailyJobProcessingFlow,
  async ({ batchSize }, ctx): Promise<DailyJobProcessingFlowResult> => {
    const sum = { jobsProcessed: 0, merged: 0, reposts: 0, agencies: 0, failed: 0 };
    for (let calls = 1; ; calls++) {
      // The key tells the calls apart for a retry: they all ask for the same.
      const done = await ctx.task(processJobs, { batchSize }, { key: String(calls) });
      sum.jobsProcessed += done.jobsProcessed;
      sum.merged += done.merged;
      sum.reposts += done.reposts;
      sum.agencies += done.agencies;
      sum.failed += done.errors.length;
      // A dry run keeps nothing, so that the same would be new again.
      if (!done.more || done.jobsProcessed === 0 || done.dryRun || calls >= MOST_CALLS)
        return { success: done.success, ...sum };
    }
  },
);
