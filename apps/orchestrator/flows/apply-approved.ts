import type { ApplyJobInput, ApplyJobOutput } from '#libs/contracts';
import { TaskFailedError, type FlowContext } from '#libs/flows';
import { applyJob } from '../tasks/index.js';
import { tell } from './tell.js';

/** After so many days something else must be wrong than a day's limit. */
export const MOST_DAYS = 30;

/**
 * Sends what was approved. Where as many as the person lets out on one day (UTC) went out already, it goes out on the
 * next day on which it may: a yes that was said is not lost. Throws what apply_job fails with otherwise.
 */
export async function applyApproved(input: ApplyJobInput, ctx: FlowContext): Promise<ApplyJobOutput> {
  for (let day = 1; ; day++) {
    try {
      return await ctx.task(applyJob, input, { key: `day ${day}` });
    } catch (error) {
      const full = error instanceof TaskFailedError && error.code === 'applier/daily-limit';
      if (!full || day >= MOST_DAYS) throw error;
      const { applicationId } = input;
      const metadata = { applicationId, reason: error.record.message };
      if (day === 1)
        await tell({ template: 'application-tomorrow', notificationType: 'info', metadata }, ctx);
    }
    const now = ctx.now().getTime();
    await ctx.sleep((ctx.now().setUTCHours(24, 0, 1, 0) - now) / 1_000);
  }
}
