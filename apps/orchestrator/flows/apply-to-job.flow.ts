import { ApplyToJobFlow, type ApplyToJobFlowResult } from '#libs/contracts';
import { flow, TaskFailedError } from '#libs/flows';
import { generateCv, generateLetter, prepareApplication } from '../tasks/index.js';
import { sendApproved } from './send-approved.js';

/**
 * Writes, shows, and sends what was approved. What fails in a way that another try may mend is tried once more from
 * the start of the flow, with the documents that are there; then the result says what was made and what went wrong.
 */
export const applyToJob = flow(ApplyToJobFlow, async (input, ctx): Promise<ApplyToJobFlowResult> => {
  const { jobId, cvTemplate, letterTemplate, channel, approvalDays } = input;
  const made = { cvId: null, letterId: null, applicationId: null } as Pick<
    ApplyToJobFlowResult,
    'cvId' | 'letterId' | 'applicationId'
  >;
  const nothingSent = { success: false, status: null, error: null };
  try {
    const cv = await ctx.task(generateCv, { jobId, cvTemplate });
    made.cvId = cv.cvId;
    const letter = await ctx.task(generateLetter, { jobId, letterTemplate });
    made.letterId = letter.letterId;
    // A dry run keeps no documents, so there is nothing to make an application of.
    if (cv.cvId === null || letter.letterId === null) return { ...nothingSent, ...made, reason: 'dry_run' };

    const prepared = await ctx.task(prepareApplication, {
      jobId,
      cvId: cv.cvId,
      letterId: letter.letterId,
      ...(channel === undefined ? {} : { channel }),
    });
    made.applicationId = prepared.applicationId;
    const sent = await sendApproved(prepared, approvalDays, ctx);
    if ('reason' in sent) return { ...nothingSent, ...made, reason: sent.reason };
    return { success: true, reason: null, ...made, status: sent.status, error: null };
  } catch (error) {
    if (!(error instanceof TaskFailedError)) throw error;
    const mayPass = error.record.disposition === 'retry' && ctx.attempt === 1;
    if (mayPass) throw error;
    const { code, message } = error.record;
    return { ...nothingSent, ...made, reason: 'failed', error: { code, message } };
  }
});
