import {
  GetProfile,
  SmartJobApplicationFlow,
  type ApplyJobOutput,
  type PrepareApplicationOutput,
  type SmartJobApplicationFlowInput,
  type SmartJobApplicationFlowResult,
} from '#libs/contracts';
import { flow, TaskFailedError, type FlowContext } from '#libs/flows';
import { generateCv, generateLetter, matchJob, prepareApplication } from '../tasks/index.js';
import { sendApproved, type NotApproved } from './send-approved.js';
import { sendByRule } from './send-by-rule.js';

type Made = Pick<SmartJobApplicationFlowResult, 'cvId' | 'letterId' | 'applicationId'>;
type Reason = NonNullable<SmartJobApplicationFlowResult['reason']>;

/** Applies where the job fits well enough; by the person's standing rule where it covers that, else by their word. */
export const smartJobApplication = flow(
  SmartJobApplicationFlow,
  async (input, ctx): Promise<SmartJobApplicationFlowResult> => {
    const { jobId, autoApplyThreshold, cvTemplate, letterTemplate, channel } = input;
    let matchScore: number | null = null;
    const made: Made = { cvId: null, letterId: null, applicationId: null };
    const not = (reason: Reason, error: unknown = null): SmartJobApplicationFlowResult => ({
      applied: false,
      reason,
      matchScore,
      ...made,
      error: error instanceof TaskFailedError ? { code: error.code, message: error.record.message } : null,
    });

    let failing: Reason = 'match_failed';
    try {
      const { score, excluded } = await ctx.task(matchJob, { jobId });
      matchScore = score;
      if (excluded) return not('excluded');
      if (score < autoApplyThreshold) return not('low_match_score');
      failing = 'cv_generation_failed';
      made.cvId = (await ctx.task(generateCv, { jobId, cvTemplate })).cvId;
      failing = 'letter_generation_failed';
      made.letterId = (await ctx.task(generateLetter, { jobId, letterTemplate })).letterId;
      failing = 'failed';
      const { cvId, letterId } = made;
      if (cvId === null || letterId === null) return not('dry_run');
      const about = { jobId, cvId, letterId, ...(channel === undefined ? {} : { channel }) };
      const prepared = await ctx.task(prepareApplication, about);
      made.applicationId = prepared.applicationId;
      const sent = await send(prepared, input, ctx);
      if ('reason' in sent) return not(sent.reason);
      return { applied: true, reason: null, matchScore, ...made, error: null };
    } catch (error) {
      if (error instanceof TaskFailedError) return not(failing, error);
      throw error;
    }
  },
);

/** By the rule where it covers the application, else by the person's word. */
async function send(
  prepared: PrepareApplicationOutput,
  { approvalDays }: SmartJobApplicationFlowInput,
  ctx: FlowContext,
): Promise<ApplyJobOutput | NotApproved> {
  const { standingRule } = await ctx.task(GetProfile, {});
  const sent = standingRule === null ? null : await sendByRule(prepared, ctx);
  return sent ?? sendApproved(prepared, approvalDays, ctx);
}
