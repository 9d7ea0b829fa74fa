import { TaskFailedError, type FlowContext } from '#libs/flows';
import { processJobs } from '../tasks/index.js';
import { sharesOf } from './shares-of.js';

/** Jobs that are read and written together unless said otherwise. */
export const BATCH_SIZE = 100;
/** Jobs of one task. */
const JOBS_A_TASK = 1_000;
/** Tasks side by side; the service has one database to write into. */
const AT_ONCE = 4;

/** What came of processing, over all tasks. */
export interface Processed {
  readonly success: boolean;
  readonly jobsProcessed: number;
  readonly merged: number;
  readonly reposts: number;
  readonly agencies: number;
  /** Jobs that could not be processed. */
  readonly failed: number;
}

export const NOTHING_PROCESSED: Processed = {
  ...{ success: true, jobsProcessed: 0, merged: 0, reposts: 0, agencies: 0, failed: 0 },
};

/** Processes these jobs, shared out among tasks side by side that read and write `batchSize` at a time. */
export async function processInBatches(
  jobIds: readonly string[],
  batchSize: number,
  ctx: FlowContext,
): Promise<Processed> {
  const done = await ctx.map(sharesOf(jobIds, JOBS_A_TASK), (share) => processShare(share, batchSize, ctx), {
    concurrency: AT_ONCE,
  });
  return done.reduce<Processed>(addUp, NOTHING_PROCESSED);
}

/** A share that fails leaves the others alone. */
async function processShare(jobIds: string[], batchSize: number, ctx: FlowContext): Promise<Processed> {
  try {
    const { errors, ...counts } = await ctx.task(processJobs, { jobIds, batchSize });
    return { ...counts, failed: errors.length };
  } catch (error) {
    if (!(error instanceof TaskFailedError)) throw error;
    ctx.log.warn(`${jobIds.length} jobs could not be processed`, { reason: error.record.message });
    return { ...NOTHING_PROCESSED, success: false, failed: jobIds.length };
  }
}

export const addUp = (one: Processed, other: Processed): Processed => ({
  success: one.success && other.success,
  jobsProcessed: one.jobsProcessed + other.jobsProcessed,
  merged: one.merged + other.merged,
  reposts: one.reposts + other.reposts,
  agencies: one.agencies + other.agencies,
  failed: one.failed + other.failed,
});
