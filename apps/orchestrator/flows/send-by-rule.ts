import type { ApplyJobOutput, PrepareApplicationOutput } from '#libs/contracts';
import { TaskFailedError, type FlowContext } from '#libs/flows';
import { applyJob } from '../tasks/index.js';

/** Says that a rule does not let it out, at least not today. */
const NOT_COVERED = new Set(['applier/standing-rule', 'applier/daily-limit']);

/**
 * Sends by the person's standing rule. The applier itself judges whether the rule covers the application; null where
 * it does not, so that the person has to be asked.
 */
export async function sendByRule(
  { applicationId, sha256 }: Pick<PrepareApplicationOutput, 'applicationId' | 'sha256'>,
  ctx: FlowContext,
): Promise<ApplyJobOutput | null> {
  const approval = { kind: 'standing-rule', by: ctx.actor.userId, at: ctx.now().toISOString() } as const;
  try {
    return await ctx.task(applyJob, { applicationId, approvedSha256: sha256, approval });
  } catch (error) {
    if (!(error instanceof TaskFailedError) || !NOT_COVERED.has(error.code)) throw error;
    ctx.log.info('the standing rule does not cover this application', { reason: error.record.message });
    return null;
  }
}
