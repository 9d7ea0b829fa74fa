import {
  DailyJobProcessingFlow,
  ListNewJobs,
  type DailyJobProcessingFlowResult,
  type ListNewJobsOutput,
} from '#libs/contracts';
import { flow } from '#libs/flows';
import { addUp, NOTHING_PROCESSED, processInBatches } from './process-in-batches.js';

/** Ids that the flow holds at a time. */
const PAGE = 10_000;

/** Processes every job that is new, each once, even where some of them fail each time. */
export const dailyJobProcessing = flow(
  DailyJobProcessingFlow,
  async ({ batchSize }, ctx): Promise<DailyJobProcessingFlowResult> => {
    let sum = NOTHING_PROCESSED;
    let page: ListNewJobsOutput;
    let from: { cursor?: string } = {};
    do {
      page = await ctx.task(ListNewJobs, { limit: PAGE, ...from });
      sum = addUp(sum, await processInBatches(page.jobIds, batchSize, ctx));
      from = { cursor: page.nextCursor ?? undefined };
    } while (page.nextCursor !== null);
    return sum;
  },
);
