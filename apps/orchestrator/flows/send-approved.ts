import type { ApplyJobOutput, PrepareApplicationOutput } from '#libs/contracts';
import { ApprovalExpiredError, type FlowContext } from '#libs/flows';
import { applyJob } from '../tasks/index.js';

/** Nobody let it go out. */
export interface NotApproved {
  readonly reason: 'declined' | 'approval_expired';
  readonly comment?: string;
}

const DAY_SECONDS = 86_400;

/**
 * Shows the person whose application it is exactly what would go out, waits for their word, and sends just that. The
 * approval names the content by its SHA-256, and what would go out otherwise is refused by apply_job.
 */
export async function sendApproved(
  prepared: PrepareApplicationOutput,
  approvalDays: number,
  ctx: FlowContext,
): Promise<ApplyJobOutput | NotApproved> {
  const { success: _, taskRunId: __, dryRun: ___, ...shown } = prepared;
  const options = { deadlineSeconds: approvalDays * DAY_SECONDS, approvers: [ctx.actor.userId] };
  const answer = await ctx
    .approval(`application ${prepared.applicationId}`, shown, options)
    .catch((error: unknown) => {
      if (error instanceof ApprovalExpiredError) return null;
      throw error;
    });
  if (answer === null) return { reason: 'approval_expired' };
  const { approved, by, at, comment } = answer;
  const said = comment === undefined ? {} : { comment };
  if (!approved) return { reason: 'declined', ...said };
  return ctx.task(applyJob, {
    applicationId: prepared.applicationId,
    approvedSha256: prepared.sha256,
    approval: { kind: 'person', by: by!.userId, at: at.toISOString(), ...said },
  });
}
